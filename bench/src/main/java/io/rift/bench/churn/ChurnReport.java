package io.rift.bench.churn;

import io.rift.bench.relay.TextTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was before and after, and what of it is not as it should be.
 *
 * @param plan how much there was
 * @param before the server after the warm-up
 * @param after the server at the end
 * @param memoryBefore its memory after the warm-up
 * @param memoryAfter at the end
 * @param done what the clients did in between
 * @param failures clients that did not get what they asked for
 */
public record ChurnReport(
        ChurnRun.Plan plan,
        ServerState before,
        ServerState after,
        ServerState.Memory memoryBefore,
        ServerState.Memory memoryAfter,
        TallySnapshot done,
        List<String> failures) {

    /**
     * How much the heap may grow: caches with a bound (addresses seen lately, accounts) and what the JVM and Spring keep
     * for themselves. A leak of 200 bytes in each client's life is more after ten minutes.
     */
    static final long HEAP_TOLERANCE_BYTES = 4 << 20;

    /** How much the process may grow: compiled code, pages that the heap and malloc took and keep for the next time. */
    static final long RESIDENT_TOLERANCE_BYTES = 48 << 20;

    /** Takes a copy. */
    public ChurnReport {
        failures = List.copyOf(failures);
    }

    /**
     * One line.
     *
     * @param what it is about
     * @param expected what it should be
     * @param actual what it is
     * @param good whether that is so
     */
    private record Check(String what, String expected, String actual, boolean good) {}

    private List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        for (String gauge : List.of("allocations", "permissions", "channels", "peers", "users", "connections")) {
            String name = "rift_turn_" + gauge;
            checks.add(equal(gauge + " that live", before.metric(name), after.metric(name)));
        }
        checks.add(equal("sockets", before.sockets(), after.sockets()));
        checks.add(equal("file descriptors", before.descriptors(), after.descriptors()));
        checks.add(equal("ports of relays", before.relayPorts(), after.relayPorts()));
        checks.add(counted("allocations made", done.allocations(), "rift_turn_allocate_results_total", "code=\"200\""));
        checks.add(counted("challenges", done.challenges(), "rift_turn_allocate_results_total", "code=\"401\""));
        checks.add(counted("mismatches", done.mismatches(), "rift_turn_allocate_results_total", "code=\"437\""));
        checks.add(
                counted("packets to peers", done.toPeer(), "rift_turn_relayed_packets_total", "direction=\"to-peer\""));
        checks.add(counted(
                "packets to clients", done.toClient(), "rift_turn_relayed_packets_total", "direction=\"to-client\""));
        checks.add(counted("drops", 0, "rift_turn_drops_total", ""));
        checks.add(counted("refusals", 0, "rift_turn_quota_refusals_total", ""));
        checks.add(atMost("heap, KiB", memoryBefore.heapBytes(), HEAP_TOLERANCE_BYTES, memoryAfter.heapBytes()));
        checks.add(atMost(
                "process, KiB", memoryBefore.residentBytes(), RESIDENT_TOLERANCE_BYTES, memoryAfter.residentBytes()));
        return checks;
    }

    private static Check equal(String what, long before, long after) {
        return new Check(what, String.valueOf(before), String.valueOf(after), before == after);
    }

    private Check counted(String what, long byClients, String metric, String label) {
        return equal(what, byClients, after.metric(metric, label) - before.metric(metric, label));
    }

    private static Check atMost(String what, long before, long tolerance, long after) {
        return new Check(
                what,
                before / 1024 + " + " + tolerance / 1024,
                String.valueOf(after / 1024),
                after <= before + tolerance);
    }

    /** Whether everything is as it should be. */
    public boolean isGood() {
        return faults().isEmpty();
    }

    /** What is not, a sentence each. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>(failures);
        for (Transport transport : Transport.values()) {
            if (done.lives(transport) == 0) {
                faults.add("no client has lived over " + transport);
            }
        }
        for (Check check : checks()) {
            if (!check.good()) {
                faults.add(check.what() + ": " + check.actual() + " instead of " + check.expected());
            }
        }
        return faults;
    }

    /** What was done, and a table of what was compared. */
    public String markdown() {
        TextTable table = new TextTable(List.of("what", "expected", "at the end", ""));
        for (Check check : checks()) {
            table.add(List.of(check.what(), check.expected(), check.actual(), check.good() ? "yes" : "NO"));
        }
        StringBuilder text = new StringBuilder("""
                %d clients at a time for %d s after a warm-up of %d s. There came and went %s. Each \
                allocated, bound channels to a peer and to itself, and saw %d packets back in all. Of those over UDP half \
                released their allocation, and half dropped their socket: %d came back to the same address and port, were \
                told 437, cleared up and began anew, and %d never came back. Of the others half just closed the \
                connection.

                """.formatted(
                        plan.clients(),
                        plan.duration().toSeconds(),
                        plan.warmUp().toSeconds(),
                        Arrays.stream(Transport.values())
                                .map(transport -> done.lives(transport) + " over " + transport)
                                .collect(Collectors.joining(", ")),
                        done.toClient(),
                        done.restarts(),
                        done.vanished()));
        text.append(table.markdown());
        for (String failure : failures) {
            text.append("\n- ").append(failure);
        }
        return text.append(isGood() ? "\nThe server ended where it began.\n" : "\nIt did not end where it began.\n")
                .toString();
    }
}
