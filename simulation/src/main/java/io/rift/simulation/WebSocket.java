package io.rift.simulation;

/** The client's end of a connection to a {@link RendezvousNode}. Texts arrive in order or not at all. */
public final class WebSocket {
    /** RFC 6455 section 7.1.5: no close frame was received. */
    public static final int ABNORMAL_CLOSURE = 1006;

    private final RendezvousNode server;
    private final String name;
    private final long id;
    private final long oneWayNanos;
    private final Listener listener;
    private boolean isOpen = true;

    WebSocket(RendezvousNode server, String name, long id, long oneWayNanos, Listener listener) {
        this.server = server;
        this.name = name;
        this.id = id;
        this.oneWayNanos = oneWayNanos;
        this.listener = listener;
    }

    /** Hears of a connection. After {@link #closed} nothing comes. */
    public interface Listener {
        /** The handshake is done; texts may be sent. */
        void opened();

        /** A text arrived. */
        void text(String text);

        /** The server pinged; the answer is on its way. */
        void pinged();

        /**
         * The connection is gone.
         *
         * @param code of the close frame, or {@link WebSocket#ABNORMAL_CLOSURE}
         * @param reason its text
         */
        void closed(int code, String reason);
    }

    /** Sends a text, unless the connection is closed. */
    public void send(String text) {
        if (isOpen) {
            server.time().after(oneWayNanos, () -> server.onText(this, text));
        }
    }

    /** Closes from this side: nothing more is heard, and the server learns of it. */
    public void close() {
        if (isOpen) {
            isOpen = false;
            server.time().after(oneWayNanos, () -> server.onDisconnected(this));
        }
    }

    /** The client's machine loses power: nothing more is heard, and the server does not learn of it. */
    public void vanish() {
        isOpen = false;
    }

    /** The connection breaks at once on both sides. */
    public void cut() {
        if (isOpen) {
            closed(ABNORMAL_CLOSURE, "cut");
            server.onDisconnected(this);
        }
    }

    String name() {
        return name;
    }

    long id() {
        return id;
    }

    long oneWayNanos() {
        return oneWayNanos;
    }

    void deliver(Runnable event) {
        server.time().after(oneWayNanos, event);
    }

    void opened() {
        if (isOpen) {
            listener.opened();
        }
    }

    void text(String text) {
        if (isOpen) {
            listener.text(text);
        }
    }

    void pinged() {
        if (isOpen) {
            server.time().after(oneWayNanos, () -> server.onPong(this));
            listener.pinged();
        }
    }

    void closed(int code, String reason) {
        if (isOpen) {
            isOpen = false;
            listener.closed(code, reason);
        }
    }
}
