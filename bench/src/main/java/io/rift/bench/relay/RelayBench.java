package io.rift.bench.relay;

import io.rift.bench.load.FloodResult;
import io.rift.bench.load.LoadProcess;
import io.rift.bench.load.Mode;
import io.rift.bench.process.Subject;
import io.rift.bench.relay.Measurements.Memory;
import io.rift.bench.relay.Measurements.Round;
import io.rift.bench.relay.Measurements.Setup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Runs the measurements. All servers live through the whole run, and take turns within seconds: what disturbs the machine
 * disturbs them alike, and code that a JVM has compiled stays compiled.
 */
public final class RelayBench {

    /** For what every server does at its first use of anything. */
    public static final int WARM_UP_ALLOCATIONS = 20;

    /** Packets on their way that keep a server busy and overflow no socket buffer. */
    public static final int WINDOW = 128;

    private static final long WARM_UP_MILLIS = 250;
    private static final int MAX_WARM_UPS = 40;

    private final Plan plan;
    private final LoadProcess load;
    private final List<Subject> subjects;
    private final Consumer<String> progress;
    private final Measurements measurements = new Measurements();

    /**
     * What to measure.
     *
     * @param modes which ways the data goes
     * @param payloadBytes sizes of the application data
     * @param allocations numbers of allocations, each even
     * @param rounds how often everything is measured, the servers in turns
     * @param warmUpPackets of each server in each mode and size before it counts, if it manages in 10 s
     * @param fullMillis of each measurement of capacity
     * @param halfMillis of each measurement of latency
     * @param window packets on their way at a time
     */
    public record Plan(
            List<Mode> modes,
            List<Integer> payloadBytes,
            List<Integer> allocations,
            int rounds,
            long warmUpPackets,
            long fullMillis,
            long halfMillis,
            int window) {

        /** Takes copies. */
        public Plan {
            modes = List.copyOf(modes);
            payloadBytes = List.copyOf(payloadBytes);
            allocations = List.copyOf(allocations);
        }
    }

    /**
     * A run.
     *
     * @param subjects servers that the load generator knows by their names
     * @param progress is told what happens, for a person who waits
     */
    public RelayBench(Plan plan, LoadProcess load, List<Subject> subjects, Consumer<String> progress) {
        this.plan = plan;
        this.load = load;
        this.subjects = List.copyOf(subjects);
        this.progress = progress;
    }

    /** Measures everything. */
    public Measurements run() {
        warmUp();
        // The greatest number comes first, as only who grows for the first time shows what an allocation takes.
        List<Integer> descending =
                plan.allocations().stream().sorted(Comparator.reverseOrder()).toList();
        for (int allocations : descending) {
            for (Subject subject : subjects) {
                setUp(subject, allocations, allocations == descending.getFirst());
            }
            for (int payloadBytes : plan.payloadBytes()) {
                for (Mode mode : plan.modes()) {
                    measure(new Cell(mode, payloadBytes, allocations));
                }
            }
            subjects.forEach(subject -> load.release(subject.name()));
        }
        return measurements;
    }

    private void warmUp() {
        for (Subject subject : subjects) {
            progress.accept("warming up " + subject.name());
            load.allocate(subject.name(), WARM_UP_ALLOCATIONS);
            load.bindChannels(subject.name());
            for (Mode mode : plan.modes()) {
                for (int payloadBytes : plan.payloadBytes()) {
                    warmUp(subject, mode, payloadBytes);
                }
            }
            load.release(subject.name());
        }
    }

    /** By packets and not by time, as a JVM that has to share its core compiles later. */
    private void warmUp(Subject subject, Mode mode, int payloadBytes) {
        long packets = 0;
        for (int i = 0; i < MAX_WARM_UPS && packets < plan.warmUpPackets(); i++) {
            packets += load.saturate(subject.name(), mode, payloadBytes, plan.window(), WARM_UP_MILLIS)
                    .received();
        }
    }

    /** Once for the memory, with a full garbage collection on either side, then at speed. */
    private void setUp(Subject subject, int allocations, boolean grows) {
        progress.accept(subject.name() + ": memory of " + allocations + " allocations");
        long residentBefore = subject.residentBytes();
        OptionalDouble heapBefore = subject.liveHeapBytes();
        load.allocate(subject.name(), allocations);
        load.bindChannels(subject.name());
        OptionalDouble heapAfter = subject.liveHeapBytes();
        long residentAfter = subject.residentBytes();
        measurements.add(
                allocations,
                subject.name(),
                new Memory(
                        grows ? (residentAfter - residentBefore) / (double) allocations : Double.NaN,
                        (heapAfter.orElse(Double.NaN) - heapBefore.orElse(Double.NaN)) / allocations));
        for (int round = 1; round <= plan.rounds(); round++) {
            progress.accept(subject.name() + ": " + allocations + " allocations, round " + round);
            load.release(subject.name());
            LoadProcess.Allocated allocated = load.allocate(subject.name(), allocations);
            measurements.add(allocations, subject.name(), new Setup(allocated.seconds(), allocated.serverCpuSeconds()));
            load.bindChannels(subject.name());
        }
    }

    private void measure(Cell cell) {
        for (int round = 1; round <= plan.rounds(); round++) {
            progress.accept(cell.mode().label() + ", " + cell.payloadBytes() + " B, " + cell.allocations()
                    + " allocations, round " + round);
            Map<Subject, FloodResult> full = new LinkedHashMap<>();
            for (Subject subject : inTurns(round)) {
                full.put(
                        subject,
                        load.saturate(
                                subject.name(), cell.mode(), cell.payloadBytes(), plan.window(), plan.fullMillis()));
            }
            double half = full.values().stream()
                            .mapToDouble(FloodResult::packetsPerSecond)
                            .min()
                            .orElseThrow()
                    / 2;
            for (Subject subject : inTurns(round)) {
                FloodResult paced =
                        load.pace(subject.name(), cell.mode(), cell.payloadBytes(), half, plan.halfMillis());
                FloodResult saturated = full.get(subject);
                if (saturated != null) {
                    measurements.add(cell, subject.name(), new Round(saturated, paced));
                }
            }
        }
    }

    /** Whoever is first in one round is last in the next. */
    private List<Subject> inTurns(int round) {
        List<Subject> order = new ArrayList<>(subjects);
        return round % 2 == 0 ? order.reversed() : order;
    }
}
