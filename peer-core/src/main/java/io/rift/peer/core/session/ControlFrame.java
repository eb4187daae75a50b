package io.rift.peer.core.session;

/** Inner types of control payloads that concern the connection as such; PROTOCOL.md, "Channels". */
final class ControlFrame {

    /** The sender is done: body of one byte, the reason, for diagnosis. Repeated until answered. */
    static final int CLOSE = 0x10;

    /** The answer to {@link #CLOSE}, without a body. */
    static final int CLOSE_ACKNOWLEDGED = 0x11;

    /** An unreliable datagram, the only inner type of the kinds voice and bulk. */
    static final int DATAGRAM = 0x10;

    /** Reason codes of {@link #CLOSE}. */
    private static final int NORMAL = 0;

    private static final int GOING_AWAY = 1;
    private static final int VIOLATION = 2;

    private ControlFrame() {}

    static byte[] close(CloseReason reason) {
        int code = switch (reason) {
            case CLOSED_HERE, CLOSED_BY_PEER, PEER_VANISHED, KEYS_USED_UP -> NORMAL;
            case ENDPOINT_STOPPED -> GOING_AWAY;
            case PROTOCOL_VIOLATION -> VIOLATION;
        };
        return new byte[] {(byte) code};
    }
}
