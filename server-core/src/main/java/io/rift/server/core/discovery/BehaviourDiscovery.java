package io.rift.server.core.discovery;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.DiscoveryAttributes;
import io.rift.protocol.stun.DiscoveryAttributes.Change;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunMessage;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers Binding requests as RFC 5780 section 6.1 says.
 *
 * <p>The source address of a Binding request may be forged, so a discovery server is a reflector by trade; this one stays
 * a weak one. Whatever goes to an address that is not proven goes to the very address and port that the request came
 * from, is at most twice as large as the request in bytes of IP, and counts against the budget for such answers.
 * RESPONSE-PORT, which sends the answer to a port that the client only names, wants credentials
 * ({@link #wantsCredentials}). PADDING is answered with as much as the request paid for.
 */
public final class BehaviourDiscovery {

    /** RFC 5780 section 7.6 wants padding as long as the MTU of the outgoing interface. */
    static final int MAX_PADDING_BYTES = 1500;

    private static final Change NO_CHANGE = new Change(false, false);

    /** The types of the comprehension-required attributes that are understood in a Binding request. */
    public static final Set<Integer> ATTRIBUTE_TYPES = Set.of(
            DiscoveryAttributes.CHANGE_REQUEST.type(),
            DiscoveryAttributes.PADDING.type(),
            DiscoveryAttributes.RESPONSE_PORT.type());

    private final DiscoveryAddresses addresses;

    /** Discovery at these addresses. */
    public BehaviourDiscovery(DiscoveryAddresses addresses) {
        this.addresses = addresses;
    }

    /**
     * Whether requests at this socket are served. RFC 5780 section 6.1: without an alternate address, a CHANGE-REQUEST is
     * answered with 420; the caller does so where the answer is no.
     */
    public boolean serves(TransportAddress local) {
        return addresses.includes(local);
    }

    /** Whether this request is only answered to a client that has proven its address. */
    public static boolean wantsCredentials(StunMessage request) {
        return request.has(DiscoveryAttributes.RESPONSE_PORT);
    }

    /**
     * The answer to a Binding request.
     *
     * @param client where it came from
     * @param local where it arrived, for which {@link #serves} holds
     * @return null if it has to be refused with 400
     */
    public @Nullable BindingAnswer answer(StunMessage request, TransportAddress client, TransportAddress local) {
        Change change = valueOr(NO_CHANGE, request, DiscoveryAttributes.CHANGE_REQUEST);
        Integer port = valueOr(client.port(), request, DiscoveryAttributes.RESPONSE_PORT);
        boolean padded = request.has(DiscoveryAttributes.PADDING);
        if (change == null || port == null || port == 0) {
            return null;
        }
        // RFC 5780 section 6.1, of a request with PADDING: "If the Request also contains the RESPONSE-PORT attribute
        // the server MUST return an error response of type 400."
        if (padded && request.has(DiscoveryAttributes.RESPONSE_PORT)) {
            return null;
        }
        TransportAddress from = addresses.changed(local, change);
        return new BindingAnswer(
                from,
                new TransportAddress(client.ip(), port),
                client,
                addresses.external(from),
                addresses.external(addresses.changed(local, new Change(true, true))),
                padded ? MAX_PADDING_BYTES : 0);
    }

    /** The value, or this one when the attribute is absent; null when it is malformed. */
    private static <T> @Nullable T valueOr(T absent, StunMessage request, StunAttribute<T> attribute) {
        return request.has(attribute) ? request.get(attribute) : absent;
    }
}
