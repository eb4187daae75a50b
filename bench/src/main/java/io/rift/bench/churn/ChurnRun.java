package io.rift.bench.churn;

import io.rift.cli.process.Launch;
import io.rift.cli.process.ServerProcess;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocketFactory;

/** Starts a server, lets clients come and go, and looks at what is left. */
public final class ChurnRun implements AutoCloseable {

    /** Allocations whose client never comes back end by themselves after this. */
    static final Duration ALLOCATION_LIFETIME = Duration.ofMinutes(10);

    private static final Duration SETTLE = Duration.ofSeconds(20);
    private static final int FIRST_RELAY_PORT = 20_000;
    private static final int LAST_RELAY_PORT = 29_999;
    private static final int MAX_FAILURES = 5;
    private static final int PEER_CHANNEL = 0x4000;
    private static final int OWN_CHANNEL = 0x4001;
    private static final int PINGS = 8;
    private static final List<Transport> TRANSPORTS = List.of(Transport.values());

    private final ServerProcess server;
    private final SSLSocketFactory tlsSockets;
    private final DatagramSocket echo;
    private final Thread echoes;
    private final Tally tally = new Tally();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    /**
     * How much.
     *
     * @param clients that live at a time
     * @param warmUp time before the first look
     * @param duration time between the looks
     * @param vanishing whether, in the first twentieth of the time, clients also leave for good without a word
     */
    public record Plan(int clients, Duration warmUp, Duration duration, boolean vanishing) {

        /** One that lasts so long in all. */
        public static Plan of(int clients, Duration duration) {
            Duration warmUp = duration.dividedBy(10);
            return new Plan(clients, warmUp, duration, duration.compareTo(ALLOCATION_LIFETIME) >= 0);
        }
    }

    /**
     * Starts the server.
     *
     * @param jar its runnable jar
     * @param directory for its log
     */
    public ChurnRun(Path jar, Path directory) throws IOException {
        TlsStore certificate = new TlsStore(directory);
        tlsSockets = certificate.sockets();
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.addAll(List.of(
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.allowed-peers=127.0.9.0/24",
                "--rift.turn.relay-ports=" + FIRST_RELAY_PORT + "-" + LAST_RELAY_PORT,
                "--rift.turn.users." + ChurnClient.USER + "=" + ChurnClient.PASSWORD,
                "--rift.turn.max-allocations-per-user=16000",
                "--rift.turn.limits.max-permissions-per-user=100000",
                "--rift.turn.limits.max-channels-per-user=100000",
                "--rift.turn.limits.new-peers-per-second=100000",
                "--rift.turn.limits.new-peers-burst=1000000"));
        server = ServerProcess.start(Launch.here(), jar, directory, settings);
        server.ready();
        echo = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.9.9"), 0));
        echoes = Thread.ofPlatform().daemon().start(this::echo);
    }

    private void echo() {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        try {
            while (true) {
                packet.setLength(2048);
                echo.receive(packet);
                echo.send(packet);
            }
        } catch (SocketException e) {
            // the run is over
        } catch (IOException e) {
            failures.add("the peer: " + e.getMessage());
        }
    }

    /** Runs, and reports what is not as it was. */
    public ChurnReport run(Plan plan, Consumer<String> progress) {
        long pid = server.pid();
        var _ = ServerState.Memory.read(pid); // a JVM opens a socket for whoever asks it this, and keeps it
        ServerState first = state();
        progress.accept("warming up");
        churn(plan.clients(), plan.warmUp(), Duration.ZERO);
        ServerState before = settled(first);
        ServerState.Memory memoryBefore = ServerState.Memory.read(pid);
        TallySnapshot tallyBefore = TallySnapshot.of(tally);
        progress.accept("clients come and go for " + plan.duration().toSeconds() + " s");
        long startNanos = System.nanoTime();
        Duration vanishing = plan.vanishing() ? plan.duration().dividedBy(20) : Duration.ZERO;
        churn(plan.clients(), plan.duration(), vanishing);
        if (plan.vanishing()) {
            progress.accept("waiting for the end of allocations whose clients never came back");
            Duration left = ALLOCATION_LIFETIME.plus(vanishing).minus(Duration.ofNanos(System.nanoTime() - startNanos));
            pause(left);
        }
        ServerState after = settled(before);
        ServerState.Memory memoryAfter = ServerState.Memory.read(pid);
        return new ChurnReport(
                plan,
                before,
                after,
                memoryBefore,
                memoryAfter,
                TallySnapshot.of(tally).minus(tallyBefore),
                List.copyOf(failures));
    }

    /** What the server closes, it closes a moment later, and its counters are published a moment after that. */
    private ServerState settled(ServerState as) {
        long deadlineNanos = System.nanoTime() + SETTLE.toNanos();
        ServerState last = state();
        boolean settled = false;
        while (!settled && System.nanoTime() - deadlineNanos < 0) {
            pause(Duration.ofMillis(500));
            ServerState now = state();
            settled = now.sockets() <= as.sockets() && now.equals(last);
            last = now;
        }
        return last;
    }

    private ServerState state() {
        return ServerState.read(server.pid(), server.port("management"), FIRST_RELAY_PORT, LAST_RELAY_PORT);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(Math.max(0, duration.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void churn(int clients, Duration duration, Duration vanishing) {
        long startNanos = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() - startNanos < duration.toNanos() && failures.size() < MAX_FAILURES) {
                    boolean mayVanish = System.nanoTime() - startNanos < vanishing.toNanos();
                    try {
                        live(number, mayVanish);
                    } catch (IOException | RuntimeException e) {
                        failures.add("client " + number + ": " + e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    // --- one client's life ---

    private void live(int number, boolean mayVanish) throws IOException {
        InetSocketAddress local = new InetSocketAddress(InetAddress.getByName("127.0.10." + (1 + number % 250)), 0);
        int end = ThreadLocalRandom.current().nextInt(10);
        Transport transport = TRANSPORTS.get(number % TRANSPORTS.size());
        switch (transport) {
            case UDP -> liveOverUdp(local, end, mayVanish);
            case TCP -> liveOver(TcpWire.plain(local, serverAddress(server.port("turnTcp"))), end);
            case TLS -> liveOver(TcpWire.tls(local, serverAddress(server.port("turnTls")), tlsSockets), end);
            case DTLS -> liveOver(new DtlsWire(local, serverAddress(server.port("turnDtls"))), end);
        }
        Objects.requireNonNull(tally.livesByTransport.get(transport)).increment();
    }

    private void liveOverUdp(InetSocketAddress local, int end, boolean mayVanish) throws IOException {
        InetSocketAddress was;
        try (UdpWire wire = new UdpWire(local, serverAddress(server.port("turn")))) {
            was = wire.local();
            ChurnClient client = new ChurnClient(wire, tally);
            talk(client, client.allocate());
            if (end < 5) {
                client.release();
                return;
            }
        }
        if (mayVanish && end == 5) {
            tally.vanished.increment();
            return;
        }
        try (UdpWire wire = new UdpWire(was, serverAddress(server.port("turn")))) {
            ChurnClient client = new ChurnClient(wire, tally);
            talk(client, client.restart());
            client.release();
            tally.restarts.increment();
        }
    }

    /** Half of them just close the connection, with which their allocation ends. */
    private void liveOver(Wire connection, int end) throws IOException {
        try (Wire wire = connection) {
            ChurnClient client = new ChurnClient(wire, tally);
            talk(client, client.allocate());
            if (end < 5) {
                client.release();
            }
        }
    }

    private void talk(ChurnClient client, TransportAddress relayed) throws IOException {
        TransportAddress peer = TransportAddress.of((InetSocketAddress) echo.getLocalSocketAddress());
        client.permit(peer);
        client.pingByIndication(peer, data());
        client.bindChannel(PEER_CHANNEL, peer);
        client.bindChannel(OWN_CHANNEL, relayed);
        for (int i = 0; i < PINGS; i++) {
            client.ping(i % 4 == 3 ? OWN_CHANNEL : PEER_CHANNEL, data());
        }
    }

    private static byte[] data() {
        byte[] data = new byte[1 + ThreadLocalRandom.current().nextInt(1200)];
        ThreadLocalRandom.current().nextBytes(data);
        return data;
    }

    private static InetSocketAddress serverAddress(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
        server.close();
        echo.close();
        try {
            echoes.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
