package io.rift.peer.core.secure;

import java.nio.ByteBuffer;

/** What a handshake wants done or tells. */
public sealed interface HandshakeOutput {

    /**
     * Send this datagram to the other peer over the best path there is. It may be lost.
     *
     * @param datagram between position and limit, with {@link SecureSession#HEADROOM_BYTES} before and
     *     {@link SecureSession#TAILROOM_BYTES} behind it; for the receiver of this output alone
     */
    record Transmit(ByteBuffer datagram) implements HandshakeOutput {}

    /**
     * The responder may already seal payloads ("0.5-RTT data"): they reach the expected peer or nobody. Nothing is opened
     * until {@link Established}. Only a responder says this.
     */
    record MaySend(SecureSession session) implements HandshakeOutput {}

    /** The other side is the expected peer; payloads flow both ways. Said once. */
    record Established(SecureSession session) implements HandshakeOutput {}

    /** A payload that came before the keys were there; always after {@link Established}. */
    record Received(OpenedPayload payload) implements HandshakeOutput {}

    /** The connection must not be used; sessions given out before are closed. Said at most once, and nothing follows. */
    record Failed(HandshakeFailure failure) implements HandshakeOutput {}
}
