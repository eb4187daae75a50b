package io.rift.peer;

import io.rift.peer.core.session.Endpoint;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a WebSocket to the rendezvous server: dials, dials again with growing pauses, passes messages on. All its methods
 * and all calls of its listener are on the loop's thread; the WebSocket's own callbacks only hand over.
 */
final class RendezvousDialer {

    /** What becomes of the connection. */
    interface Listener {
        void connected();

        void received(RendezvousMessage.FromServer message);

        /** The server lives. */
        void heard();

        /** There was a connection, or the attempt to make one; now there is none. */
        void disconnected(String why, @Nullable Throwable cause);
    }

    private static final Logger LOG = LoggerFactory.getLogger(RendezvousDialer.class);

    private static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MAX_QUEUED_MESSAGES = 256;

    private final URI uri;
    private final HttpClient client;
    private final PeerLoop loop;
    private final RandomGenerator random;
    private final Listener listener;

    private @Nullable Line line;
    private @Nullable Line leaving;
    private boolean dialling;
    private boolean closed;
    private int failures;
    private long redialAtNanos = Endpoint.NEVER;

    RendezvousDialer(URI uri, HttpClient client, PeerLoop loop, RandomGenerator random, Listener listener) {
        this.uri = uri;
        this.client = client;
        this.loop = loop;
        this.random = random;
        this.listener = listener;
    }

    void dial() {
        if (closed || dialling || line != null) {
            return;
        }
        redialAtNanos = Endpoint.NEVER;
        dialling = true;
        Line fresh = new Line();
        var unused = client.newWebSocketBuilder()
                .subprotocols(RendezvousProtocol.SUBPROTOCOL)
                .connectTimeout(DIAL_TIMEOUT)
                .buildAsync(uri, fresh)
                .whenComplete((socket, failure) -> {
                    if (!loop.execute(() -> dialled(fresh, socket, failure)) && socket != null) {
                        socket.abort(); // it opened after the end
                    }
                });
    }

    private void dialled(Line fresh, @Nullable WebSocket socket, @Nullable Throwable failure) {
        dialling = false;
        if (socket == null) {
            Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            lost("it cannot be dialled: " + cause, cause);
        } else if (closed) {
            socket.abort();
        } else if (fresh.brokenBy != null) {
            socket.abort();
            lost(fresh.brokenBy, null);
        } else if (!socket.getSubprotocol().equals(RendezvousProtocol.SUBPROTOCOL)) {
            socket.abort();
            lost("it does not speak the subprotocol " + RendezvousProtocol.SUBPROTOCOL, null);
        } else {
            line = fresh;
            fresh.socket = socket;
            listener.connected();
            fresh.begin(socket);
        }
    }

    /** The server took us: the next pause may be short again. */
    void signedIn() {
        failures = 0;
    }

    /** There is no line any more: dials again after a while, half of it by chance so that not all peers come at once. */
    private void lost(String why, @Nullable Throwable cause) {
        line = null;
        if (closed) {
            return;
        }
        long pauseNanos = Math.min(FIRST_PAUSE.toNanos() << Math.min(failures, 16), LONGEST_PAUSE.toNanos());
        failures++;
        redialAtNanos = System.nanoTime() + pauseNanos / 2 + random.nextLong(pauseNanos / 2);
        listener.disconnected(why, cause);
    }

    void send(RendezvousMessage.FromClient message) {
        Line current = line;
        if (current == null) {
            LOG.debug("not signed in: {} is not sent", message.getClass().getSimpleName());
        } else if (!current.send(RendezvousCodec.encode(message))) {
            hangUp("it does not take our messages");
        }
    }

    /** Gives the present connection up; another follows unless this dialer is closed. */
    void hangUp(String why) {
        Line current = line;
        if (current != null && current.socket != null) {
            current.socket.abort();
            lost(why, null);
        }
    }

    /** Does not dial again. */
    void giveUp() {
        closed = true;
        redialAtNanos = Endpoint.NEVER;
    }

    /** Sends what is queued, says goodbye, and completes when that is done; never exceptionally. */
    CompletableFuture<Void> close() {
        giveUp();
        Line current = line;
        line = null;
        leaving = current;
        return current == null ? CompletableFuture.completedFuture(null) : current.close();
    }

    /** Leaves nothing open, not even a line that is saying goodbye. */
    void abort() {
        giveUp();
        abort(line);
        abort(leaving);
        line = null;
        leaving = null;
    }

    private static void abort(@Nullable Line open) {
        if (open != null && open.socket != null) {
            open.socket.abort();
        }
    }

    long nextTimeoutNanos() {
        return redialAtNanos;
    }

    void handleTimeout(long nowNanos) {
        if (redialAtNanos != Endpoint.NEVER && nowNanos - redialAtNanos >= 0) {
            dial();
        }
    }

    /** One WebSocket. Its fields belong to the loop's thread, but for the text that the listener's calls collect. */
    private final class Line implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();
        private final Queue<String> queue = new ArrayDeque<>();
        private final CompletableFuture<Void> farewell = new CompletableFuture<>();
        private @Nullable WebSocket socket;
        private @Nullable String brokenBy;
        private boolean sending;
        private boolean closing;

        void begin(WebSocket opened) {
            opened.request(1);
        }

        /** Text messages go one after the other: a WebSocket takes the next when the last has left. */
        boolean send(String message) {
            if (queue.size() >= MAX_QUEUED_MESSAGES) {
                return false;
            }
            queue.add(message);
            sendNext();
            return true;
        }

        private void sendNext() {
            WebSocket current = socket;
            if (sending || current == null) {
                return;
            }
            String next = queue.poll();
            if (next != null) {
                sending = true;
                var unused =
                        current.sendText(next, true).whenComplete((done, failure) -> loop.execute(() -> sent(failure)));
            } else if (closing) {
                sending = true;
                var unused = current.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((done, failure) -> {
                    current.abort();
                    farewell.complete(null);
                });
            }
        }

        private void sent(@Nullable Throwable failure) {
            sending = false;
            if (failure != null) {
                queue.clear();
                ended("sending failed: " + failure.getMessage(), failure);
            }
            sendNext();
        }

        CompletableFuture<Void> close() {
            closing = true;
            sendNext();
            return farewell;
        }

        @Override
        public void onOpen(WebSocket opened) {
            // The first message is asked for when the loop knows of this line.
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (text.length() > RendezvousProtocol.MAX_MESSAGE_BYTES) {
                from.abort();
                loop.execute(() -> ended("it sent a message that is too long", null));
            } else if (last) {
                String whole = text.toString();
                text.setLength(0);
                // The next is asked for when this one is handled, so that the server cannot fill the loop's queue.
                loop.execute(() -> {
                    received(whole);
                    from.request(1);
                });
            } else {
                from.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            from.request(1); // no message of ours; a later protocol may have some
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            loop.execute(() -> {
                heard(); // the WebSocket answers it by itself
                from.request(1);
            });
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
            loop.execute(() -> ended("it closed the connection (" + statusCode + " " + reason + ")", null));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            loop.execute(() -> ended("the connection broke: " + error.getMessage(), error));
        }

        private void heard() {
            if (line == this) {
                listener.heard();
            }
        }

        private void received(String whole) {
            if (line != this) {
                return;
            }
            switch (RendezvousCodec.decodeFromServer(whole)) {
                case Decoded.Message<RendezvousMessage.FromServer>(RendezvousMessage.FromServer message) ->
                    listener.received(message);
                // A newer server may say more than we understand.
                case Decoded.Rejected<RendezvousMessage.FromServer> rejected -> {
                    listener.heard();
                    LOG.debug("a message of the rendezvous server is ignored: {}", rejected.reason());
                }
            }
        }

        private void ended(String why, @Nullable Throwable cause) {
            farewell.complete(null);
            brokenBy = why;
            if (line == this) {
                lost(why, cause);
            }
        }
    }
}
