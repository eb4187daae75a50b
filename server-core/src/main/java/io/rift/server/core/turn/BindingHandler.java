package io.rift.server.core.turn;

import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.server.core.discovery.BehaviourDiscovery;
import io.rift.server.core.discovery.BindingAnswer;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Binding requests: RFC 8489 section 12, and RFC 5780 where it is switched on. */
final class BindingHandler {
    private static final Set<Integer> KNOWN_TO_DISCOVERY = Stream.concat(
                    KnownAttributes.TYPES.stream(), BehaviourDiscovery.ATTRIBUTE_TYPES.stream())
            .collect(Collectors.toUnmodifiableSet());

    private final Responder responder;
    private @Nullable BehaviourDiscovery discovery;

    BindingHandler(Responder responder) {
        this.responder = responder;
    }

    void discover(BehaviourDiscovery behaviourDiscovery) {
        discovery = behaviourDiscovery;
    }

    /** The comprehension-required attributes that a request at this address may have. */
    Set<Integer> knownAttributes(ServerAddress local) {
        return discoveryAt(local) == null ? KnownAttributes.TYPES : KNOWN_TO_DISCOVERY;
    }

    /** Whether this request is only served with long-term credentials, which no other Binding request needs. */
    boolean wantsCredentials(StunMessage request, ServerAddress local) {
        return discoveryAt(local) != null && BehaviourDiscovery.wantsCredentials(request);
    }

    /** Answers a request that has no unknown attributes. */
    void handle(StunMessage request, Reply reply) {
        BehaviourDiscovery here = discoveryAt(reply.local());
        if (here == null) {
            responder.success(reply, encoder -> encoder.add(StunAttributes.XOR_MAPPED_ADDRESS, reply.client()));
            return;
        }
        BindingAnswer answer =
                here.answer(request, reply.client(), reply.local().address());
        if (answer == null) {
            responder.error(reply, ErrorCode.BAD_REQUEST);
            return;
        }
        ServerAddress from = new ServerAddress(reply.local().transport(), answer.from());
        responder.success(
                reply.between(from, answer.to()), encoder -> answer.addTo(encoder, reply.roomForAttributesBytes()));
    }

    /** RFC 5780 needs datagrams: a stream cannot be answered from elsewhere. */
    private @Nullable BehaviourDiscovery discoveryAt(ServerAddress local) {
        BehaviourDiscovery here = discovery;
        boolean serves = here != null && local.transport() == ClientTransport.UDP && here.serves(local.address());
        return serves ? here : null;
    }
}
