package io.rift.bench;

import io.rift.bench.relay.RelayBench;

/** What a reader of the numbers has to know. */
final class RelayText {

    static final String LIMITED = """
            \\* The server waited for work in more than a twentieth of the time, so the load generator was what limited it. \
            Packets per CPU-second are still those that the server relayed in the time that it ran.
            """;

    private RelayText() {}

    static String explanation(RelayBench.Plan plan, int serverCore, int loadCore) {
        return """
                Each server runs alone on core %d, the load generator on core %d; between them lies a virtual cable of two \
                network namespaces. All servers live through the whole run and take turns within seconds. Medians of %d \
                rounds, with the least and the greatest in brackets; the ratio is taken round by round.

                - **Packets/CPU-s**: packets relayed in one second that the server ran, all of its threads counted, and the \
                kernel's work on its packets, too. %d packets are on their way at a time, spread over all allocations in \
                turn, so that the server always has work.
                - **Loss**: of the packets that were sent, with the server full, and at half load.
                - **p50, p99**: from before the load generator's system call to the arrival of the relayed packet at its \
                network interface, at half of what the slower server took in that round. The way between is a function \
                call, so this is what the server adds.
                - **Allocations/s**: with 32 requests on their way, each client being challenged first.
                - **Memory**: growth of the proportional set size for an allocation with two channels in the first setting \
                up of the run, as the later ones use the same memory again (so does the first one, that of the %d \
                allocations of the warm-up); garbage collected before and after. A JVM may have reserved its heap \
                before, so the table also says what lives in that.
                """.formatted(serverCore, loadCore, plan.rounds(), plan.window(), RelayBench.WARM_UP_ALLOCATIONS);
    }
}
