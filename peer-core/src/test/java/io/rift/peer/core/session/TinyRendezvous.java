package io.rift.peer.core.session;

import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.FromClient;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.SessionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** Introduces the endpoints of a {@link World} to each other, faithfully unless it is told to lie. */
final class TinyRendezvous {

    private record Session(Node caller, Node callee) {
        Node other(Node one) {
            return one == caller ? callee : caller;
        }
    }

    final List<FromClient> received = new ArrayList<>();
    UnaryOperator<FromServer> tamper = message -> message;
    boolean up = true;

    private final World world;
    private final Map<Node, Octets> nonceByConnected = new LinkedHashMap<>();
    private final Map<PeerId, Node> nodeById = new LinkedHashMap<>();
    private final Map<SessionId, Session> sessions = new LinkedHashMap<>();

    TinyRendezvous(World world) {
        this.world = world;
    }

    void connect(Node node) {
        world.later(() -> {
            if (up) {
                Octets nonce = Octets.random(32, world.random);
                nonceByConnected.put(node, nonce);
                node.rendezvousConnected();
                send(node, new RendezvousMessage.Challenge(nonce));
            }
        });
    }

    void disconnect(Node node) {
        nonceByConnected.remove(node);
        if (nodeById.values().removeIf(other -> other == node)) {
            List.copyOf(sessions.entrySet()).forEach(entry -> leave(node, entry.getKey(), entry.getValue()));
            world.later(node::rendezvousDisconnected);
        }
    }

    private void leave(Node node, SessionId id, Session session) {
        if (session.caller == node || session.callee == node) {
            sessions.remove(id);
            refuse(session.other(node), RendezvousErrorCode.PEER_OFFLINE, id);
        }
    }

    void stop() {
        up = false;
        sessions.clear();
        List.copyOf(nodeById.values()).forEach(this::disconnect);
    }

    boolean isSignedIn(Node node) {
        return nodeById.containsValue(node);
    }

    List<RendezvousMessage.Report> reports() {
        return received.stream()
                .filter(RendezvousMessage.Report.class::isInstance)
                .map(RendezvousMessage.Report.class::cast)
                .toList();
    }

    SessionId anySession() {
        return sessions.keySet().iterator().next();
    }

    /** Whoever calls the one reaches the other. */
    void routeTo(Node one, Node other) {
        nodeById.put(one.endpoint.peerId(), other);
    }

    void endAllSessions() {
        sessions.forEach((id, session) -> {
            send(session.caller, new RendezvousMessage.End(id));
            send(session.callee, new RendezvousMessage.End(id));
        });
        sessions.clear();
    }

    int sessions() {
        return sessions.size();
    }

    private void send(Node to, FromServer message) {
        if (nonceByConnected.containsKey(to)) {
            world.deliver(to, tamper.apply(message));
        }
    }

    private void refuse(Node to, RendezvousErrorCode code, @Nullable SessionId session) {
        send(to, new RendezvousMessage.ErrorMessage(code, code.wireName(), session));
    }

    void receive(Node from, FromClient message) {
        received.add(message);
        world.later(() -> handle(from, message));
    }

    private void handle(Node from, FromClient message) {
        if (!nonceByConnected.containsKey(from)) {
            return;
        }
        switch (message) {
            case RendezvousMessage.Authenticate authenticate -> authenticate(from, authenticate);
            case Connect connect -> connect(from, connect);
            case RendezvousMessage.IceCandidates ice -> forward(from, ice.session(), ice);
            case RendezvousMessage.Refuse refuse -> {
                Session session = sessions.remove(refuse.session());
                if (session != null) {
                    refuse(session.other(from), RendezvousErrorCode.PEER_REFUSED, refuse.session());
                }
            }
            case RendezvousMessage.End end -> {
                Session session = sessions.remove(end.session());
                if (session != null) {
                    send(session.other(from), end);
                }
            }
            case RendezvousMessage.RefreshCredentials ignored ->
                send(from, new RendezvousMessage.Credentials(List.of()));
            case RendezvousMessage.Report ignored -> {}
        }
    }

    private void authenticate(Node from, RendezvousMessage.Authenticate message) {
        Octets nonce = nonceByConnected.get(from);
        byte[] payload = AuthenticationPayload.of("rendezvous.test", nonce, message.clientNonce(), message.peerId());
        boolean valid = Ed25519.verify(
                message.signature().toByteArray(), 0, message.peerId().bytes(), 0, payload, 0, payload.length);
        if (valid) {
            nodeById.put(message.peerId(), from);
            send(from, new RendezvousMessage.Welcome(message.peerId(), List.of(), List.of(), 16_384, 20));
        } else {
            refuse(from, RendezvousErrorCode.AUTHENTICATION_FAILED, null);
        }
    }

    private void connect(Node from, Connect connect) {
        Node callee = nodeById.get(connect.to());
        SessionId session = connect.ice().session();
        if (callee == null) {
            refuse(from, RendezvousErrorCode.PEER_OFFLINE, session);
        } else {
            sessions.put(session, new Session(from, callee));
            send(callee, new RendezvousMessage.Incoming(from.endpoint.peerId(), connect.ice()));
        }
    }

    private void forward(Node from, SessionId id, FromServer message) {
        Session session = sessions.get(id);
        if (session == null) {
            refuse(from, RendezvousErrorCode.UNKNOWN_SESSION, id);
        } else {
            send(session.other(from), message);
        }
    }
}
