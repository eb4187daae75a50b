package io.rift.server.rendezvous;

import io.rift.protocol.IpAddress;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.server.capture.Capture;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.rendezvous.CloseCode;
import io.rift.server.core.rendezvous.RendezvousOutput;
import io.rift.server.core.rendezvous.RendezvousServer;
import io.rift.server.core.rendezvous.RendezvousSnapshot;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The rendezvous at work. One thread owns the core: sockets hand it what they hear, and it hands them what to send.
 * Stops before the web server does, so that clients still hear why.
 */
public final class Rendezvous implements SmartLifecycle {
    /** How long clients have to take their leave when the server stops. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private static final long SNAPSHOT_INTERVAL_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Rendezvous.class);

    private final RendezvousServer core;
    private final int maxLinks;
    private final OutcomeListener outcomes;
    private final @Nullable Capture capture;
    private final ScheduledThreadPoolExecutor thread;
    private final Scheduler scheduler;
    private final Set<WebSocketLink> links = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastConnectionId = new AtomicLong();
    private volatile RendezvousSnapshot snapshot;
    private volatile boolean running;

    // Touched by the one thread only.
    private final Map<Long, WebSocketLink> linkById = new HashMap<>();
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos;

    /**
     * A rendezvous that nobody is connected to.
     *
     * @param core from now on used by nobody else
     * @param maxLinks WebSockets at a time, with those that the core has closed and that are about to end
     * @param outcomes hears of every report
     * @param capture sees every text, if there is one
     */
    public Rendezvous(RendezvousServer core, int maxLinks, OutcomeListener outcomes, @Nullable Capture capture) {
        this.core = core;
        this.maxLinks = maxLinks;
        this.outcomes = outcomes;
        this.capture = capture;
        this.snapshot = core.snapshot();
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("rift-rendezvous").daemon().factory());
        this.thread.setRemoveOnCancelPolicy(true);
        this.scheduler = Schedulers.fromExecutorService(thread);
    }

    /** From now on peers get TURN credentials under these secrets. From any thread. */
    public void changeSecrets(SharedSecrets secrets) {
        try {
            thread.execute(() -> core.changeSecrets(secrets));
        } catch (RejectedExecutionException e) {
            LOG.debug("the rendezvous has stopped and needs no secrets", e);
        }
    }

    /** What the core counted, at most about a second ago. From any thread. */
    public RendezvousSnapshot snapshot() {
        return snapshot;
    }

    @Override
    public void start() {
        running = true;
        var _ = thread.scheduleWithFixedDelay(
                () -> snapshot = core.snapshot(), 0, SNAPSHOT_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Says farewell, waits until it is heard, and ends the thread. */
    @Override
    public void stop() {
        running = false;
        onThread(() -> step(null, core::shutDown))
                .then(Mono.defer(() -> Mono.when(
                        List.copyOf(links).stream().map(WebSocketLink::done).toList())))
                .timeout(FAREWELL)
                .onErrorComplete()
                .block();
        thread.shutdownNow();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Whether there is no room for even one more WebSocket that is told that there is no room. */
    boolean isFull() {
        return links.size() >= maxLinks;
    }

    /**
     * Talks to one client until either side ends it.
     *
     * @param cut closes the connection without a close frame
     */
    Mono<Void> serve(WebSocketSession session, InetSocketAddress remote, InetSocketAddress local, Runnable cut) {
        WebSocketLink link = new WebSocketLink(lastConnectionId.incrementAndGet(), remote, local, cut);
        links.add(link);
        // The frame's buffer is only lent: it is read before anything changes threads.
        Flux<Runnable> inputs = session.receive().map(message -> input(link, message));
        Mono<Void> incoming = inputs.concatMap(input -> onThread(() -> step(link, input)), 0)
                .then()
                .onErrorResume(e -> session.isOpen() ? onThread(() -> unreadable(link)) : Mono.empty());
        return onThread(() -> connected(link))
                .then(Mono.defer(() -> link.run(session, incoming)))
                .doFinally(signal -> disconnected(link));
    }

    private void connected(WebSocketLink link) {
        linkById.put(link.id(), link);
        step(link, () -> core.handleConnected(link.id(), ip(link.remote()), ip(link.local()), System.nanoTime()));
    }

    private void unreadable(WebSocketLink link) {
        step(link, () -> core.handleUnreadableFrame(link.id()));
    }

    private void disconnected(WebSocketLink link) {
        links.remove(link);
        try {
            thread.execute(() -> {
                linkById.remove(link.id());
                step(null, () -> core.handleDisconnected(link.id()));
            });
        } catch (RejectedExecutionException e) {
            LOG.trace("the rendezvous has stopped before this connection", e);
        }
    }

    private Runnable input(WebSocketLink link, WebSocketMessage message) {
        long id = link.id();
        return switch (message.getType()) {
            case TEXT -> {
                String text = message.getPayloadAsText();
                captureText(link.remote(), link.local(), text);
                yield () -> core.handleText(id, text, System.nanoTime(), wallSeconds());
            }
            case BINARY -> () -> core.handleBinary(id, System.nanoTime());
            case PING -> {
                byte[] applicationData = new byte[message.getPayload().readableByteCount()];
                message.getPayload().read(applicationData);
                yield () -> answerPing(link, applicationData);
            }
            case PONG -> () -> core.handlePong(id, System.nanoTime());
        };
    }

    private void answerPing(WebSocketLink link, byte[] applicationData) {
        if (core.handlePing(link.id(), System.nanoTime())) {
            dropUnless(link.pong(applicationData), link);
        }
    }

    private Mono<Void> onThread(Runnable task) {
        return Mono.<Void>fromRunnable(task).subscribeOn(scheduler);
    }

    /** One input, then all outputs, then the timer. */
    private void step(@Nullable WebSocketLink from, Runnable input) {
        try {
            input.run();
            for (RendezvousOutput output = core.poll(); output != null; output = core.poll()) {
                carryOut(output);
            }
            armTimer();
        } catch (RuntimeException e) {
            LOG.error("the rendezvous could not handle an input; it goes on without the client that sent it", e);
            if (from != null) {
                from.drop();
            }
        }
    }

    private void carryOut(RendezvousOutput output) {
        switch (output) {
            case RendezvousOutput.Send(long id, var message) -> {
                WebSocketLink link = linkById.get(id);
                if (link != null) {
                    String text = RendezvousCodec.encode(message);
                    captureText(link.local(), link.remote(), text);
                    dropUnless(link.send(text), link);
                }
            }
            case RendezvousOutput.Ping(long id) -> {
                WebSocketLink link = linkById.get(id);
                if (link != null) {
                    dropUnless(link.ping(), link);
                }
            }
            case RendezvousOutput.Close(long id, CloseCode code, var reason) -> {
                WebSocketLink link = linkById.remove(id);
                if (link != null) {
                    boolean stopping = code == CloseCode.GOING_AWAY;
                    link.close(
                            new CloseStatus(code.number(), reason.wireName()),
                            stopping ? Duration.ZERO : WebSocketLink.LINGER);
                }
            }
            case RendezvousOutput.Reported(var outcome) -> outcomes.reported(outcome);
        }
    }

    /** Its queue is full. The core's answers to that are carried out with the rest of this step. */
    private void dropUnless(boolean sent, WebSocketLink link) {
        if (!sent) {
            LOG.atDebug().addKeyValue("remote", link.remote()).log("dropped a client that does not read");
            linkById.remove(link.id());
            link.drop();
            core.handleDisconnected(link.id());
        }
    }

    /** A timer that fires early does no harm: the core then names the next time. */
    private void armTimer() {
        long nextNanos = core.nextTimeoutNanos();
        if (nextNanos == RendezvousServer.NO_TIMEOUT || (timer != null && nextNanos - timerNanos >= 0)) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = nextNanos;
        timer = thread.schedule(this::onTimer, Math.max(0, nextNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        step(null, () -> core.handleTimeout(System.nanoTime()));
    }

    private void captureText(InetSocketAddress from, InetSocketAddress to, String text) {
        if (capture != null) {
            capture.text(from, to, text);
        }
    }

    private static IpAddress ip(InetSocketAddress address) {
        return IpAddress.of(address.getAddress());
    }

    private static long wallSeconds() {
        return System.currentTimeMillis() / 1_000;
    }
}
