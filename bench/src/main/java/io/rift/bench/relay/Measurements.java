package io.rift.bench.relay;

import io.rift.bench.load.FloodResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, in the order in which it was. */
public final class Measurements {

    private final Map<Cell, Map<String, List<Round>>> roundsByServerByCell = new LinkedHashMap<>();
    private final Map<Integer, Map<String, List<Setup>>> setupsByServerByCount = new LinkedHashMap<>();
    private final Map<Integer, Map<String, Memory>> memoryByServerByCount = new LinkedHashMap<>();

    /**
     * One measurement of a cell.
     *
     * @param full as much as the server takes
     * @param half half of what the slowest server took in this round
     */
    public record Round(FloodResult full, FloodResult half) {}

    /**
     * One setting up of many allocations.
     *
     * @param seconds for the allocations
     * @param cpuSeconds of the server for them
     */
    public record Setup(double seconds, double cpuSeconds) {}

    /**
     * What one allocation with its permission and channels takes of the memory.
     *
     * @param residentBytes by which the server grew; NaN for all but the first setting up of the run, as the later ones
     *     use memory again that the first one took
     * @param heapBytes by which what lives in its Java heap grew; NaN without one
     */
    public record Memory(double residentBytes, double heapBytes) {}

    void add(Cell cell, String server, Round round) {
        roundsByServerByCell
                .computeIfAbsent(cell, key -> new LinkedHashMap<>())
                .computeIfAbsent(server, key -> new ArrayList<>())
                .add(round);
    }

    void add(int allocations, String server, Setup setup) {
        setupsByServerByCount
                .computeIfAbsent(allocations, key -> new LinkedHashMap<>())
                .computeIfAbsent(server, key -> new ArrayList<>())
                .add(setup);
    }

    void add(int allocations, String server, Memory memory) {
        memoryByServerByCount
                .computeIfAbsent(allocations, key -> new LinkedHashMap<>())
                .put(server, memory);
    }

    /** Every cell. */
    public List<Cell> cells() {
        return List.copyOf(roundsByServerByCell.keySet());
    }

    /** The rounds of a cell and a server; empty if there was none. */
    public List<Round> rounds(Cell cell, String server) {
        return roundsByServerByCell.getOrDefault(cell, Map.of()).getOrDefault(server, List.of());
    }

    /** The numbers of allocations that were set up. */
    public List<Integer> allocationCounts() {
        return List.copyOf(setupsByServerByCount.keySet());
    }

    /** The settings-up of a number of allocations. */
    public List<Setup> setups(int allocations, String server) {
        return setupsByServerByCount.getOrDefault(allocations, Map.of()).getOrDefault(server, List.of());
    }

    /** What each of so many allocations takes. */
    public Memory memory(int allocations, String server) {
        return memoryByServerByCount
                .getOrDefault(allocations, Map.of())
                .getOrDefault(server, new Memory(Double.NaN, Double.NaN));
    }
}
