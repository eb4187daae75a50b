package io.rift.server.rendezvous;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The server's end of one WebSocket. The rendezvous' thread calls {@code send}, {@code ping}, {@code pong},
 * {@code close} and {@code drop}; all else happens on the socket's event loop.
 */
final class WebSocketLink {
    /** Messages that wait for a client to read; one that lets more pile up is dropped. */
    static final int MAX_QUEUED_MESSAGES = 64;

    /**
     * How long a client has to read the last error before the close frame. Meanwhile its messages are read and ignored:
     * closing a socket that has unread data makes the kernel throw away what the client has not read yet.
     */
    static final Duration LINGER = Duration.ofMillis(200);

    /** How long a client may take to read the last words and to close its side. */
    static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private static final byte[] EMPTY = {};

    private final long id;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final Runnable cut;
    private final Sinks.Many<Outgoing> outgoing =
            Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MAX_QUEUED_MESSAGES));
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final Sinks.Empty<Void> done = Sinks.empty();
    private volatile CloseStatus closeStatus = CloseStatus.NORMAL;
    private volatile Duration linger = Duration.ZERO;

    private sealed interface Outgoing {}

    private record Text(String text) implements Outgoing {}

    private record Ping() implements Outgoing {}

    @SuppressWarnings("ArrayRecordComponent") // written once and read once, never compared
    private record Pong(byte[] applicationData) implements Outgoing {}

    /**
     * A link on which nothing was sent yet.
     *
     * @param cut closes the connection without another word
     */
    WebSocketLink(long id, InetSocketAddress remote, InetSocketAddress local, Runnable cut) {
        this.id = id;
        this.remote = remote;
        this.local = local;
        this.cut = cut;
    }

    long id() {
        return id;
    }

    InetSocketAddress remote() {
        return remote;
    }

    InetSocketAddress local() {
        return local;
    }

    /** False when the client has not read for so long that there is no more room. */
    boolean send(String text) {
        return outgoing.tryEmitNext(new Text(text)).isSuccess();
    }

    /** False as in {@link #send}. */
    boolean ping() {
        return outgoing.tryEmitNext(new Ping()).isSuccess();
    }

    /** False as in {@link #send}. RFC 6455 section 5.5.3: a pong has the application data of its ping. */
    boolean pong(byte[] applicationData) {
        return outgoing.tryEmitNext(new Pong(applicationData)).isSuccess();
    }

    /** Closes after what was sent before has gone out. */
    void close(CloseStatus status, Duration after) {
        closeStatus = status;
        linger = after;
        outgoing.tryEmitComplete();
        closing.tryEmitEmpty();
    }

    /** Closes without waiting for a client that does not read. */
    void drop() {
        cut.run(); // a close frame would queue up behind what is not read
    }

    /** Completes when the WebSocket is gone. */
    Mono<Void> done() {
        return done.asMono();
    }

    /**
     * Runs the WebSocket until it is gone.
     *
     * @param session carries the messages
     * @param incoming handles everything that the client sends, and completes when it sends no more
     */
    Mono<Void> run(WebSocketSession session, Mono<Void> incoming) {
        Mono<Void> received = incoming.doFinally(signal -> outgoing.tryEmitComplete());
        Mono<Void> sent = session.send(messages(session))
                .onErrorComplete() // the client is gone, which the incoming side hears, too
                .then(Mono.defer(() -> Mono.delay(linger)))
                .then(Mono.defer(() -> session.close(closeStatus)))
                .onErrorComplete();
        Mono<Void> overdue = closing.asMono()
                .then(Mono.delay(CLOSE_TIMEOUT))
                .then(Mono.fromRunnable(cut))
                .then(Mono.never());
        return Mono.firstWithSignal(Mono.when(received, sent), overdue).doFinally(signal -> done.tryEmitEmpty());
    }

    /** Buffers are made when the socket asks for them, so that none is left behind in the queue. */
    private Flux<WebSocketMessage> messages(WebSocketSession session) {
        return outgoing.asFlux().map(message -> switch (message) {
            case Text text -> session.textMessage(text.text());
            case Ping ping -> session.pingMessage(buffers -> buffers.wrap(EMPTY));
            case Pong pong -> session.pongMessage(buffers -> buffers.wrap(pong.applicationData()));
        });
    }
}
