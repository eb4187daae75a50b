package io.rift.bench.churn;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChurnReportTest {
    private static final ChurnRun.Plan PLAN =
            new ChurnRun.Plan(2, Duration.ofSeconds(1), Duration.ofSeconds(10), false);
    private static final TallySnapshot DONE = new TallySnapshot(
            Map.of(Transport.UDP, 2L, Transport.TCP, 1L, Transport.TLS, 1L, Transport.DTLS, 1L), 1, 0, 6, 7, 1, 40, 40);
    private static final ServerState.Memory MEMORY = new ServerState.Memory(20 << 20, 200 << 20);

    private TallySnapshot done = DONE;
    private final Map<String, Double> before = new HashMap<>(Map.of("rift_turn_allocations", 0.0));
    private final Map<String, Double> after = new HashMap<>(Map.of(
            "rift_turn_allocations", 0.0,
            "rift_turn_allocate_results_total{code=\"200\"}", 6.0,
            "rift_turn_allocate_results_total{code=\"401\"}", 7.0,
            "rift_turn_allocate_results_total{code=\"437\"}", 1.0,
            "rift_turn_relayed_packets_total{direction=\"to-peer\"}", 40.0,
            "rift_turn_relayed_packets_total{direction=\"to-client\"}", 40.0));

    @Test
    void whatEndsWhereItBeganIsGood() {
        assertThat(report(6, 41, 0, MEMORY, List.of()).faults()).isEmpty();
    }

    @Test
    void anAllocationThatIsLeftIsAFault() {
        after.put("rift_turn_allocations", 1.0);
        assertThat(report(6, 41, 0, MEMORY, List.of()).faults())
                .containsExactly("allocations that live: 1 instead of 0");
    }

    @Test
    void aPacketThatOneSideDidNotCountIsAFault() {
        after.put("rift_turn_relayed_packets_total{direction=\"to-client\"}", 39.0);
        assertThat(report(6, 41, 0, MEMORY, List.of()).faults())
                .containsExactly("packets to clients: 39 instead of 40");
    }

    @Test
    void aDropIsAFault() {
        after.put("rift_turn_drops_total{reason=\"no-channel\"}", 1.0);
        assertThat(report(6, 41, 0, MEMORY, List.of()).faults()).containsExactly("drops: 1 instead of 0");
    }

    @Test
    void aSocketOrPortThatIsLeftIsAFault() {
        assertThat(report(7, 42, 1, MEMORY, List.of()).faults()).hasSize(3);
    }

    @Test
    void memoryMayGrowALittle() {
        ServerState.Memory little = new ServerState.Memory(23 << 20, 240 << 20);
        ServerState.Memory much = new ServerState.Memory(25 << 20, 260 << 20);
        assertThat(report(6, 41, 0, little, List.of()).isGood()).isTrue();
        assertThat(report(6, 41, 0, much, List.of()).faults()).hasSize(2);
    }

    @Test
    void aTransportThatNobodyUsedIsAFault() {
        done = new TallySnapshot(
                Map.of(Transport.UDP, 3L, Transport.TCP, 1L, Transport.TLS, 1L), 1, 0, 6, 7, 1, 40, 40);
        assertThat(report(6, 41, 0, MEMORY, List.of()).faults()).containsExactly("no client has lived over DTLS");
    }

    @Test
    void aClientThatFailedIsAFault() {
        assertThat(report(6, 41, 0, MEMORY, List.of("client 1: no")).isGood()).isFalse();
    }

    private ChurnReport report(
            int sockets, int descriptors, int ports, ServerState.Memory memory, List<String> failed) {
        return new ChurnReport(
                PLAN,
                new ServerState(before, 6, 41, 0),
                new ServerState(after, sockets, descriptors, ports),
                MEMORY,
                memory,
                done,
                failed);
    }
}
