package io.rift.bench.relay;

import io.rift.bench.load.LoadProcess;
import io.rift.bench.load.Traffic;
import io.rift.bench.process.Subject;
import io.rift.protocol.TransportAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Builds the network, starts the servers and the load generator in it, and removes it all again. */
public final class RelayRun implements AutoCloseable {

    private static final int RIFT_PORT = 3478;
    private static final int COTURN_PORT = 3479;

    private final BenchNetwork network = new BenchNetwork(Traffic.NETWORK);
    private final List<Subject> subjects = new ArrayList<>();
    private final Thread closer = Thread.ofPlatform().unstarted(this::end);
    private @Nullable LoadProcess load;

    /**
     * Which programs, on which cores.
     *
     * @param home the directory of the launcher
     * @param coturn the program to compare with, if any
     * @param coturnOptions more options for it
     * @param riftOptions more settings of ours
     * @param serverCore on which the servers run
     * @param loadCore on which the load generator runs
     * @param directory for their files
     */
    public record Setting(
            Path home,
            Optional<Path> coturn,
            List<String> coturnOptions,
            List<String> riftOptions,
            int serverCore,
            int loadCore,
            Path directory) {

        /** Takes copies. */
        public Setting {
            coturnOptions = List.copyOf(coturnOptions);
            riftOptions = List.copyOf(riftOptions);
        }
    }

    /** Starts everything. */
    public RelayRun(Setting setting) {
        // Whoever interrupts it shall find no namespace and no server that stayed behind.
        Runtime.getRuntime().addShutdownHook(closer);
        try {
            subjects.add(rift(setting));
            setting.coturn().ifPresent(program -> subjects.add(coturn(program, setting)));
            LoadProcess started = LoadProcess.start(
                    network.load(),
                    setting.loadCore(),
                    BenchNetwork.DEVICE,
                    network.serverMac(),
                    setting.directory().resolve("load.log"));
            load = started;
            for (Subject subject : subjects) {
                started.target(subject.name(), subject.address(), subject.pid(), setting.serverCore());
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Subject rift(Setting setting) {
        List<String> settings = new ArrayList<>(List.of(
                "--rift.turn.users." + Traffic.USER + "=" + Traffic.PASSWORD,
                "--rift.turn.allowed-peers=" + Traffic.NETWORK,
                "--rift.turn.relay-ports=20000-39999",
                // All clients are one user, as with coturn.
                "--rift.turn.max-allocations-per-user=16000",
                "--rift.turn.limits.max-permissions-per-user=100000",
                "--rift.turn.limits.max-channels-per-user=100000",
                "--rift.turn.limits.new-peers-per-second=100000",
                "--rift.turn.limits.new-peers-burst=1000000"));
        settings.addAll(setting.riftOptions());
        return Subject.rift(
                network.server(),
                setting.home(),
                TransportAddress.parse(BenchNetwork.SERVER + ":" + RIFT_PORT),
                setting.serverCore(),
                setting.directory(),
                settings);
    }

    private Subject coturn(Path program, Setting setting) {
        List<String> settings = new ArrayList<>(
                List.of("--user=" + Traffic.USER + ":" + Traffic.PASSWORD, "--min-port=40000", "--max-port=59999"));
        settings.addAll(setting.coturnOptions());
        return Subject.coturn(
                network.server(),
                program,
                TransportAddress.parse(BenchNetwork.SERVER + ":" + COTURN_PORT),
                setting.serverCore(),
                setting.directory(),
                settings);
    }

    /** The servers. */
    public List<Subject> subjects() {
        return List.copyOf(subjects);
    }

    /** Measures. */
    public Measurements measure(RelayBench.Plan plan, Consumer<String> progress) {
        return new RelayBench(plan, Objects.requireNonNull(load), subjects, progress).run();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(closer);
        } catch (IllegalStateException e) {
            return; // it runs already
        }
        end();
    }

    private void end() {
        try (network) {
            if (load != null) {
                load.close();
            }
            subjects.forEach(Subject::close);
        }
    }
}
