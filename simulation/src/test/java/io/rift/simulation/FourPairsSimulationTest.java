package io.rift.simulation;

import io.rift.simulation.network.NatBehavior.Filtering;
import io.rift.simulation.network.NatBehavior.Mapping;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long a handful of calls takes in real time. Printed, not asserted: a slow machine is no defect. */
class FourPairsSimulationTest {
    private static final Site RESTRICTED = Site.behind(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_DEPENDENT);
    private static final List<NatKinds.Pair> PAIRS = List.of(
            pair(Sites.HOME, Sites.HOME),
            pair(Sites.HOME, Sites.OFFICE),
            pair(Sites.OFFICE, Sites.OFFICE),
            pair(RESTRICTED, Sites.OFFICE));

    @RegisterExtension
    final Simulations simulations = new Simulations();

    @RepeatedTest(3)
    void fourPairsOfNatsSayHowLongTheyTake(RepetitionInfo repetition) {
        long startNanos = System.nanoTime();
        long packets = 0;
        for (NatKinds.Pair pair : PAIRS) {
            Call call =
                    new Call(simulations.internet(1), pair.a().site(), pair.b().site());
            call.connect();
            call.exchange(20);
            call.run(Duration.ofSeconds(10));
            call.assertThatTheServerReadNothing();
            packets += call.internet().network().trace().events();
        }
        System.out.println(PAIRS.size() + " NAT pairs, run " + repetition.getCurrentRepetition() + ": "
                + Duration.ofNanos(System.nanoTime() - startNanos).toMillis() + " ms of real time for " + packets
                + " packet events");
    }

    private static NatKinds.Pair pair(Site a, Site b) {
        return new NatKinds.Pair(new NatKinds.Kind(a, 0), new NatKinds.Kind(b, 0));
    }
}
