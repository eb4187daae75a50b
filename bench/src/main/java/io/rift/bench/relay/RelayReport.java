package io.rift.bench.relay;

import io.rift.bench.load.FloodResult;
import io.rift.bench.relay.Measurements.Memory;
import io.rift.bench.relay.Measurements.Round;
import io.rift.bench.relay.Measurements.Setup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Turns the measurements into tables of text, and into JSON. */
public final class RelayReport {

    /** Below this share of a core the server waited for work, so the load generator was the limit. */
    static final double BUSY = 0.95;

    private static final String RIFT = "rift";
    private static final String COTURN = "coturn";

    private final Measurements measurements;
    private final List<String> servers;

    /**
     * A report.
     *
     * @param servers the names of what was measured
     */
    public RelayReport(Measurements measurements, List<String> servers) {
        this.measurements = measurements;
        this.servers = List.copyOf(servers);
    }

    /** Both tables. */
    public List<TextTable> tables() {
        return List.of(relaying(), settingUp());
    }

    /** Whether the load generator was too slow for a server, somewhere. */
    public boolean loadWasTheLimit() {
        return measurements.cells().stream()
                .flatMap(cell -> servers.stream().flatMap(server -> measurements.rounds(cell, server).stream()))
                .anyMatch(round -> isLimited(round.full()));
    }

    private static boolean isLimited(FloodResult full) {
        return full.serverBusy() < BUSY || full.overruns() > 0;
    }

    private TextTable relaying() {
        List<String> head = new ArrayList<>(List.of("mode", "payload", "allocations"));
        servers.forEach(server -> head.add(server + " k packets/CPU-s"));
        if (isComparison()) {
            head.add("rift/coturn");
        }
        for (String what : List.of("loss full %", "loss half %", "p50 us", "p99 us")) {
            servers.forEach(server -> head.add(server + " " + what));
        }
        TextTable table = new TextTable(head);
        for (Cell cell : measurements.cells()) {
            List<String> row = new ArrayList<>(
                    List.of(cell.mode().label(), cell.payloadBytes() + " B", String.valueOf(cell.allocations())));
            for (String server : servers) {
                List<Round> rounds = measurements.rounds(cell, server);
                boolean limited = rounds.stream().anyMatch(round -> isLimited(round.full()));
                row.add(of(rounds, round -> round.full().packetsPerCpuSecond() / 1000)
                                .withSpread(0)
                        + (limited ? " *" : ""));
            }
            if (isComparison()) {
                row.add(ratio(cell).withSpread(2));
            }
            addForEach(row, cell, 3, round -> round.full().loss() * 100);
            addForEach(row, cell, 3, round -> round.half().loss() * 100);
            addForEach(row, cell, 0, round -> round.half().p50Micros());
            addForEach(row, cell, 0, round -> round.half().p99Micros());
            table.add(row);
        }
        return table;
    }

    private void addForEach(List<String> row, Cell cell, int decimals, ToDoubleFunction<Round> value) {
        for (String server : servers) {
            row.add(of(measurements.rounds(cell, server), value).text(decimals));
        }
    }

    private TextTable settingUp() {
        List<String> head = new ArrayList<>(List.of("allocations"));
        for (String what :
                List.of("allocations/s", "allocations/CPU-s", "memory/allocation B", "live heap/allocation B")) {
            servers.forEach(server -> head.add(server + " " + what));
        }
        TextTable table = new TextTable(head);
        for (int count : measurements.allocationCounts()) {
            List<String> row = new ArrayList<>(List.of(String.valueOf(count)));
            List<ToDoubleFunction<Setup>> ofEachRound =
                    List.of(setup -> count / setup.seconds(), setup -> count / setup.cpuSeconds());
            for (ToDoubleFunction<Setup> value : ofEachRound) {
                servers.forEach(server -> row.add(
                        Statistic.of(measurements.setups(count, server), value).withSpread(0)));
            }
            servers.forEach(
                    server -> row.add(bytes(measurements.memory(count, server).residentBytes())));
            servers.forEach(
                    server -> row.add(bytes(measurements.memory(count, server).heapBytes())));
            table.add(row);
        }
        return table;
    }

    private static String bytes(double value) {
        return Statistic.of(List.of(value), each -> each).text(0);
    }

    private boolean isComparison() {
        return servers.containsAll(List.of(RIFT, COTURN));
    }

    /** Round by round, as both were measured within seconds. */
    Statistic ratio(Cell cell) {
        List<Round> ours = measurements.rounds(cell, RIFT);
        List<Round> theirs = measurements.rounds(cell, COTURN);
        return Statistic.of(
                IntStream.range(0, Math.min(ours.size(), theirs.size())).boxed().toList(),
                i -> ours.get(i).full().packetsPerCpuSecond()
                        / theirs.get(i).full().packetsPerCpuSecond());
    }

    private static Statistic of(List<Round> rounds, ToDoubleFunction<Round> value) {
        return Statistic.of(rounds, value);
    }

    /** Every single measurement, as one JSON array. All values are numbers and plain words. */
    public String json() {
        List<String> objects = new ArrayList<>();
        for (Cell cell : measurements.cells()) {
            for (String server : servers) {
                for (Round round : measurements.rounds(cell, server)) {
                    objects.add("""
                              {"server": "%s", "mode": "%s", "payloadBytes": %d, "allocations": %d, "full": %s, "half": %s}\
                            """.formatted(
                                    server,
                                    cell.mode().label(),
                                    cell.payloadBytes(),
                                    cell.allocations(),
                                    json(round.full()),
                                    json(round.half())));
                }
            }
        }
        for (int count : measurements.allocationCounts()) {
            for (String server : servers) {
                for (Setup setup : measurements.setups(count, server)) {
                    objects.add("""
                              {"server": "%s", "allocations": %d, "seconds": %s, "cpuSeconds": %s}\
                            """.formatted(server, count, setup.seconds(), setup.cpuSeconds()));
                }
                Memory memory = measurements.memory(count, server);
                objects.add("""
                          {"server": "%s", "allocations": %d, "residentBytes": %s, "heapBytes": %s}\
                        """.formatted(server, count, json(memory.residentBytes()), json(memory.heapBytes())));
            }
        }
        return "[\n" + String.join(",\n", objects) + "\n]\n";
    }

    private static String json(double value) {
        return Double.isNaN(value) ? "null" : String.valueOf(value);
    }

    private static String json(FloodResult flood) {
        return """
                {"packetsPerCpuSecond": %s, "packetsPerSecond": %s, "sent": %d, "received": %d, "mangled": %d, \
                "serverBusy": %s, "p50Micros": %s, "p99Micros": %s}\
                """.formatted(
                        flood.packetsPerCpuSecond(),
                        flood.packetsPerSecond(),
                        flood.sent(),
                        flood.received(),
                        flood.mangled(),
                        flood.serverBusy(),
                        flood.p50Micros(),
                        flood.p99Micros());
    }
}
