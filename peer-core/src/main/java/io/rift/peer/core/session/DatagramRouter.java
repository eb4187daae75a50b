package io.rift.peer.core.session;

import io.rift.peer.core.turn.RelayedDatagram;
import io.rift.protocol.Demultiplexer;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds out for whom a datagram is: by its first byte, by where it comes from, and by what it names. */
final class DatagramRouter {

    /** Of every handshake fragment and every EncryptedPayload. */
    private static final int RECEIVER_INDEX_OFFSET = 4;

    private static final int RECEIVER_INDEX_END = 8;

    private final LocalTransport transport;
    private final ConnectionTable connections;
    private final Outbox outbox;
    private final Consumer<PeerConnection> touch;

    DatagramRouter(
            LocalTransport transport, ConnectionTable connections, Outbox outbox, Consumer<PeerConnection> touch) {
        this.transport = transport;
        this.connections = connections;
        this.outbox = outbox;
        this.touch = touch;
    }

    /** A datagram that came to our socket. */
    void handle(TransportAddress from, ByteBuffer datagram, long nowNanos) {
        switch (Demultiplexer.classify(datagram)) {
            case STUN -> handleStun(from, datagram, nowNanos);
            case CHANNEL_DATA -> {
                if (!transport.relay().isServer(from)) {
                    outbox.drop(DropReason.NOT_FROM_TURN_SERVER);
                    return;
                }
                TransportAddress peer = transport.relay().handleChannelData(datagram);
                if (peer != null) {
                    handleRelayed(peer, datagram, nowNanos);
                }
            }
            case HANDSHAKE -> {
                if (acceptsDirect()) {
                    handleHandshake(transport.base(), from, datagram, nowNanos);
                }
            }
            case ENCRYPTED_PAYLOAD -> {
                if (acceptsDirect()) {
                    handlePayload(datagram, nowNanos);
                }
            }
            case COOKIE, PEER_RELAYED, UNKNOWN -> outbox.drop(DropReason.UNKNOWN_PROTOCOL);
        }
    }

    private boolean acceptsDirect() {
        if (!transport.acceptsDirect()) {
            outbox.drop(DropReason.NOT_RELAYED);
        }
        return transport.acceptsDirect();
    }

    private void handleStun(TransportAddress from, ByteBuffer datagram, long nowNanos) {
        StunMessage message = StunMessage.parse(datagram);
        if (message == null) {
            outbox.drop(DropReason.MALFORMED_STUN);
        } else if (message.method() == StunMethod.BINDING) {
            handleBinding(transport.base(), from, message, nowNanos);
        } else if (transport.relay().isServer(from)) {
            RelayedDatagram relayed = transport.relay().handleStun(message, nowNanos);
            if (relayed != null) {
                handleRelayed(relayed.peer(), relayed.payload(), nowNanos);
            }
        } else {
            outbox.drop(DropReason.NOT_FROM_TURN_SERVER);
        }
    }

    /** What a peer sent to our relayed transport address. */
    private void handleRelayed(TransportAddress peer, ByteBuffer datagram, long nowNanos) {
        TransportAddress base = transport.relay().relayedAddress();
        if (base == null) {
            return;
        }
        switch (Demultiplexer.classify(datagram)) {
            case STUN -> {
                StunMessage message = StunMessage.parse(datagram);
                if (message == null || message.method() != StunMethod.BINDING) {
                    outbox.drop(DropReason.MALFORMED_STUN);
                } else {
                    handleBinding(base, peer, message, nowNanos);
                }
            }
            case HANDSHAKE -> handleHandshake(base, peer, datagram, nowNanos);
            case ENCRYPTED_PAYLOAD -> handlePayload(datagram, nowNanos);
            case CHANNEL_DATA, COOKIE, PEER_RELAYED, UNKNOWN -> outbox.drop(DropReason.UNKNOWN_PROTOCOL);
        }
    }

    private void handleBinding(TransportAddress base, TransportAddress from, StunMessage message, long nowNanos) {
        boolean isRequest = message.messageClass() == MessageClass.REQUEST;
        if (!isRequest && transport.handleBindingResponse(from, message, nowNanos)) {
            return;
        }
        PeerConnection connection = isRequest ? connectionOf(message) : connections.awaiting(message.transactionId());
        if (connection == null) {
            outbox.drop(DropReason.UNKNOWN_STUN);
            return;
        }
        connection.handleStun(base, from, message, nowNanos);
        touch.accept(connection);
    }

    // RFC 8445 section 7.2.2: the USERNAME of a check is the receiver's fragment, a colon, and the sender's.
    private @Nullable PeerConnection connectionOf(StunMessage request) {
        String username = request.get(StunAttributes.USERNAME);
        int colon = username == null ? -1 : username.indexOf(':');
        return username == null || colon < 0 ? null : connections.byUsernameFragment(username.substring(0, colon));
    }

    private void handleHandshake(TransportAddress base, TransportAddress from, ByteBuffer datagram, long nowNanos) {
        PeerConnection connection = receiverOf(datagram);
        Attempt attempt = connection == null ? null : connection.attempt();
        if (connection != null && attempt != null) {
            attempt.handleFragment(base, from, datagram, nowNanos);
            touch.accept(connection);
        }
    }

    private void handlePayload(ByteBuffer datagram, long nowNanos) {
        PeerConnection connection = receiverOf(datagram);
        if (connection != null) {
            connection.handlePayload(datagram, nowNanos);
            touch.accept(connection);
        }
    }

    private @Nullable PeerConnection receiverOf(ByteBuffer datagram) {
        PeerConnection connection = datagram.remaining() < RECEIVER_INDEX_END
                ? null
                : connections.byReceiverIndex(datagram.getInt(datagram.position() + RECEIVER_INDEX_OFFSET));
        if (connection == null) {
            outbox.drop(DropReason.UNKNOWN_RECEIVER_INDEX);
        }
        return connection;
    }
}
