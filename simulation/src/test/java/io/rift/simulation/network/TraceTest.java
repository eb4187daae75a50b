package io.rift.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TraceTest {
    @Test
    void theSameSeedGivesTheSameHashAndAnotherSeedAnother() {
        assertThat(traceOfARun(5, 0).hash()).isEqualTo(traceOfARun(5, 0).hash());
        assertThat(traceOfARun(5, 0).hash()).isNotEqualTo(traceOfARun(6, 0).hash());
    }

    @Test
    void oneBitOfOnePayloadChangesTheHash() {
        assertThat(traceOfARun(5, 0).hash()).isNotEqualTo(traceOfARun(5, 1).hash());
    }

    @Test
    void aReaderSeesTimePlaceFateAndAddresses() {
        assertThat(traceOfARun(5, 0).last(2).lines().findFirst().orElseThrow())
                .contains(" ms  ")
                .contains("192.0.2.1:9")
                .contains("192.0.2.2:7")
                .contains("4 B");
    }

    @Test
    void onlyTheLastEventsAreKept() {
        Trace trace = traceOfARun(5, 0);
        assertThat(trace.events()).isGreaterThan(Trace.KEPT_EVENTS);
        assertThat(trace.last(Integer.MAX_VALUE).lines()).hasSize(Trace.KEPT_EVENTS);
        assertThat(trace.last(3).lines()).hasSize(3);
    }

    private static Trace traceOfARun(long seed, int lastByte) {
        Network network = new Network(seed, 0);
        Link link = Link.of(Duration.ofMillis(10)).withLoss(0.2).withReordering(0.1);
        Host from = network.host("from", network.internet(), "192.0.2.1", link);
        Host to = network.host("to", network.internet(), "192.0.2.2", link);
        Host.UdpSocket receiver = to.bind(7, (source, payload) -> {});
        Host.UdpSocket sender = from.bind(9, (source, payload) -> {});
        for (int i = 0; i < 1_000; i++) {
            sender.send(receiver.local(), ByteBuffer.allocate(4).putInt(0, i == 999 ? lastByte : i));
        }
        network.time().run(Duration.ofSeconds(1).toNanos());
        return network.trace();
    }
}
