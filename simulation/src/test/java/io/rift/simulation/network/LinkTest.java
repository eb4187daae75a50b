package io.rift.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkTest {
    private static final int SENT = 10_000;
    private static final Link CLEAN = Link.of(Duration.ofMillis(10));

    private final List<Integer> arrived = new ArrayList<>();
    private final List<Long> tookNanos = new ArrayList<>();

    @Test
    void aCleanLinkDeliversEverythingInOrderAfterItsDelay() {
        sendThrough(CLEAN);

        assertThat(arrived).hasSize(SENT).isSorted();
        assertThat(tookNanos).containsOnly(Duration.ofMillis(10).toNanos());
    }

    @Test
    void jitterDelaysWithinItsBoundAndKeepsTheOrder() {
        sendThrough(CLEAN.withJitter(Duration.ofMillis(5)));

        assertThat(arrived).hasSize(SENT).isSorted();
        assertThat(tookNanos)
                .allMatch(nanos -> nanos >= 10_000_000 && nanos < 15_000_000)
                .anyMatch(nanos -> nanos < 12_000_000)
                .anyMatch(nanos -> nanos > 13_000_000);
    }

    @Test
    void lossTakesItsShare() {
        sendThrough(CLEAN.withLoss(0.2));

        assertThat(arrived).isSorted().doesNotHaveDuplicates();
        assertThat(arrived.size()).isCloseTo(8_000, within(200));
    }

    @Test
    void totalLossDeliversNothing() {
        sendThrough(CLEAN.withLoss(1));
        assertThat(arrived).isEmpty();
    }

    @Test
    void duplicationDeliversItsShareTwice() {
        sendThrough(CLEAN.withDuplication(0.1));

        assertThat(arrived.size()).isCloseTo(11_000, within(200));
        assertThat(new HashSet<>(arrived)).hasSize(SENT);
    }

    @Test
    void reorderingLetsLaterDatagramsOvertake() {
        sendThrough(CLEAN.withReordering(0.05));

        assertThat(arrived).hasSize(SENT).doesNotHaveDuplicates();
        int overtaken = 0;
        for (int i = 1; i < arrived.size(); i++) {
            if (arrived.get(i) < arrived.get(i - 1)) {
                overtaken++;
            }
        }
        assertThat(overtaken).isBetween(300, 600);
    }

    @Test
    void aDatagramLargerThanAFrameIsDropped() {
        Network network = new Network(1);
        Host from = network.host("from", network.internet(), "192.0.2.1", CLEAN);
        Host to = network.host("to", network.internet(), "192.0.2.2", CLEAN);
        List<Integer> lengths = new ArrayList<>();
        Host.UdpSocket receiver = to.bind(7, (source, payload) -> lengths.add(payload.remaining()));
        Host.UdpSocket sender = from.bind((source, payload) -> {});

        sender.send(receiver.local(), new byte[Datagram.MAX_PAYLOAD_BYTES]);
        sender.send(receiver.local(), new byte[Datagram.MAX_PAYLOAD_BYTES + 1]);
        network.time().run(Duration.ofSeconds(1).toNanos());

        assertThat(lengths).containsExactly(Datagram.MAX_PAYLOAD_BYTES);
        assertThat(network.trace().last(10)).contains("TOO_BIG");
    }

    @Test
    void aShareAboveOneAndANegativeDelayAreRefused() {
        assertThatThrownBy(() -> CLEAN.withLoss(1.01)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CLEAN.withLoss(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Link.of(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Sends numbered datagrams, one each millisecond, over a link under test and then one that does nothing. */
    private void sendThrough(Link link) {
        Network network = new Network(42);
        Host from = network.host("from", network.internet(), "192.0.2.1", link);
        Host to = network.host("to", network.internet(), "192.0.2.2", Link.of(Duration.ZERO));
        long[] sentAtNanos = new long[SENT];
        Host.UdpSocket receiver = to.bind(7, (source, payload) -> {
            int number = payload.getInt();
            arrived.add(number);
            tookNanos.add(network.time().elapsedNanos() - sentAtNanos[number]);
        });
        Host.UdpSocket sender = from.bind((source, payload) -> {});
        for (int i = 0; i < SENT; i++) {
            sentAtNanos[i] = network.time().elapsedNanos();
            sender.send(receiver.local(), ByteBuffer.allocate(4).putInt(0, i));
            network.time().run(Duration.ofMillis(1).toNanos());
        }
        network.time().run(Duration.ofSeconds(1).toNanos());
    }
}
