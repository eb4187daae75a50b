package io.rift.cli.process;

import io.rift.peer.Connection;
import io.rift.peer.ConnectionPath;
import io.rift.peer.ConnectionStatistics;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.Identity;
import io.rift.peer.Message;
import io.rift.peer.Peer;
import io.rift.peer.PeerException;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ref.Reference;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a peer process: one peer with a fresh identity and at most one connection.
 *
 * <table>
 * <caption>Commands and their answers</caption>
 * <tr><td>(start)</td><td>{@code ready id fingerprint}</td></tr>
 * <tr><td>{@code connect to}</td><td>{@code connected remote fingerprint suite millis}</td></tr>
 * <tr><td>{@code accept}</td><td>the same, for the next connection that comes in</td></tr>
 * <tr><td>{@code await-path type millis}</td><td>{@code path type local remote}, at the latest after that time</td></tr>
 * <tr><td>{@code exchange count text}</td><td>{@code exchanged sent received intact}: both sides at once</td></tr>
 * <tr><td>{@code echo count}</td><td>{@code echoed count}</td></tr>
 * <tr><td>{@code round-trip count}</td><td>{@code round-trip micros}, the median, while the other side echoes</td></tr>
 * <tr><td>{@code statistics}</td><td>{@code statistics packets-sent packets-received packets-retransmitted}</td></tr>
 * <tr><td>{@code close}</td><td>{@code closed}</td></tr>
 * </table>
 *
 * <p>Whatever goes wrong is answered by {@code failed message}.
 */
public final class PeerProgram implements AutoCloseable {
    private static final Duration MESSAGE_TIMEOUT = Duration.ofSeconds(30);

    private final PrintStream answers;
    private final Peer peer;
    private final BlockingQueue<Connection> incoming = new ArrayBlockingQueue<>(1);
    private @Nullable Connection connection;

    /** What was exchanged last. It stays in memory, so that whoever searches this process for it has to find it. */
    private @Nullable String exchanged;

    private PeerProgram(URI server, IceTransportPolicy policy, @Nullable InetSocketAddress bind, PrintStream answers) {
        this.answers = answers;
        var builder = Peer.builder()
                .identity(Identity.generate())
                .rendezvous(server)
                .iceTransportPolicy(policy)
                .onConnection(this::offer);
        this.peer = (bind == null ? builder : builder.bindAddress(bind)).start();
    }

    /**
     * Starts the peer and obeys until the commands end.
     *
     * @return the exit code of the process
     */
    public static int run(
            URI server,
            IceTransportPolicy policy,
            @Nullable InetSocketAddress bind,
            BufferedReader commands,
            PrintStream answers)
            throws IOException {
        try (PeerProgram program = new PeerProgram(server, policy, bind, answers)) {
            program.answer(ControlLine.of(
                    "ready",
                    "id",
                    program.peer.id(),
                    "fingerprint",
                    program.peer.id().fingerprint()));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                try {
                    program.obey(ControlLine.parse(line));
                } catch (CompletionException e) {
                    program.answer(failed(e.getCause() == null ? e : e.getCause()));
                } catch (PeerException | IllegalArgumentException | IllegalStateException e) {
                    program.answer(failed(e));
                }
            }
            return 0;
        } catch (PeerException e) {
            answers.println(failed(e));
            answers.flush();
            return 1;
        }
    }

    private void obey(ControlLine command) {
        switch (command.word()) {
            case "connect" -> connected(peer.connect(PeerId.parse(command.value("to"))));
            case "accept" -> connected(accept());
            case "await-path" -> awaitPath(command.value("type"), command.number("millis"));
            case "exchange" -> exchange(command.number("count"), command.value("text"));
            case "echo" -> echo(command.number("count"));
            case "round-trip" -> roundTrip(Math.toIntExact(command.number("count")));
            case "statistics" -> statistics(connection().statistics());
            case "close" -> close();
            default -> throw new IllegalArgumentException("no command: " + command.word());
        }
    }

    private void offer(Connection offered) {
        if (!incoming.offer(offered)) {
            offered.close();
        }
    }

    private Connection accept() {
        try {
            Connection accepted = incoming.poll(MESSAGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (accepted == null) {
                throw new IllegalStateException("nobody connected within " + MESSAGE_TIMEOUT.toSeconds() + " s");
            }
            return accepted;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void connected(Connection made) {
        connection = made;
        answer(ControlLine.of(
                "connected",
                "remote",
                made.remotePeerId(),
                "fingerprint",
                made.fingerprint(),
                "suite",
                made.suite(),
                "millis",
                made.statistics().timeToConnect().toMillis()));
    }

    private void awaitPath(String type, long millis) {
        Connection made = connection();
        CompletableFuture<ConnectionPath> reached = new CompletableFuture<>();
        made.onPathChange(path -> completeIf(reached, path, type));
        completeIf(reached, made.path(), type);
        ConnectionPath path = reached.completeOnTimeout(made.path(), millis, TimeUnit.MILLISECONDS)
                .join();
        if (!path.type().toString().equals(type)) {
            path = made.path();
        }
        answer(ControlLine.of(
                "path",
                "type",
                path.type(),
                "local",
                TransportAddress.of(path.local()),
                "remote",
                TransportAddress.of(path.remote())));
    }

    private static void completeIf(CompletableFuture<ConnectionPath> reached, ConnectionPath path, String type) {
        if (path.type().toString().equals(type)) {
            reached.complete(path);
        }
    }

    private void exchange(long count, String text) {
        Connection made = connection();
        exchanged = text;
        CompletableFuture<Void> sent = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                for (long i = 0; i < count; i++) {
                    made.send(message(text, i, peer.id()));
                }
                sent.complete(null);
            } catch (PeerException e) {
                sent.completeExceptionally(e);
            }
        });
        long intact = 0;
        long received = 0;
        for (; received < count; received++) {
            if (receive(made).text().equals(message(text, received, made.remotePeerId()))) {
                intact++;
            }
        }
        sent.orTimeout(MESSAGE_TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
        answer(ControlLine.of("exchanged", "sent", count, "received", received, "intact", intact));
    }

    private static String message(String text, long number, PeerId from) {
        return text + " " + number + " from " + from;
    }

    private void echo(long count) {
        Connection made = connection();
        for (long i = 0; i < count; i++) {
            made.send(receive(made).bytes());
        }
        answer(ControlLine.of("echoed", "count", count));
    }

    private void roundTrip(int count) {
        Connection made = connection();
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            made.send("ping " + i);
            if (!receive(made).text().equals("ping " + i)) {
                throw new IllegalStateException("ping " + i + " came back as something else");
            }
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        answer(ControlLine.of("round-trip", "micros", nanos[count / 2] / 1_000));
    }

    private void statistics(ConnectionStatistics statistics) {
        answer(ControlLine.of(
                "statistics",
                "packets-sent",
                statistics.packetsSent(),
                "packets-received",
                statistics.packetsReceived(),
                "packets-retransmitted",
                statistics.packetsRetransmitted()));
    }

    private static Message receive(Connection connection) {
        return connection
                .receive(MESSAGE_TIMEOUT)
                .orElseThrow(() ->
                        new IllegalStateException("no message came within " + MESSAGE_TIMEOUT.toSeconds() + " s"));
    }

    private Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected");
        }
        return connection;
    }

    private void answer(ControlLine line) {
        answers.println(line);
        answers.flush();
    }

    private static ControlLine failed(Throwable e) {
        return ControlLine.of(
                "failed", "message", String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
            answer(ControlLine.of("closed"));
        }
        try {
            peer.close();
        } finally {
            Reference.reachabilityFence(exchanged);
        }
    }
}
