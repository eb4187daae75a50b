package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointSimulationTest {

    private static final long SEED = Long.getLong("seed", 1L);

    @ParameterizedTest(name = "{0} % loss")
    @ValueSource(ints = {0, 5, 20})
    void twoPeersExchangeAThousandMessagesEachWay(int lossPercent) {
        TwoPeers peers = new TwoPeers(SEED).signedIn();
        SplittableRandom fate = new SplittableRandom(SEED);
        peers.world.filter = (from, to, datagram) -> fate.nextInt(100) < lossPercent;
        peers.alice.connect(peers.bob);
        peers.await(
                () -> peers.alice.has(EndpointOutput.ConnectionEstablished.class)
                        && peers.bob.has(EndpointOutput.ConnectionEstablished.class),
                Duration.ofSeconds(15));
        List<String> messages =
                IntStream.range(0, 1_000).mapToObj(i -> "message " + i).toList();
        for (String message : messages) {
            assertThat(peers.alice.send(peers.alice.established(), message)).isTrue();
            assertThat(peers.bob.send(peers.bob.established(), message)).isTrue();
        }
        peers.await(
                () -> peers.alice.texts().size() == 1_000 && peers.bob.texts().size() == 1_000, Duration.ofSeconds(60));
        assertThat(peers.alice.texts()).isEqualTo(messages);
        assertThat(peers.bob.texts()).isEqualTo(messages);
    }

    @Test
    void noDatagramContainsWhatIsSaidNorWhoSaysIt() {
        TwoPeers peers = new TwoPeers(SEED).connected();
        peers.alice.send(peers.alice.established(), "the canary sings");
        peers.await(() -> peers.bob.texts().contains("the canary sings"), Duration.ofSeconds(1));
        byte[] canary = "canary".getBytes(StandardCharsets.UTF_8);
        byte[] identity = peers.alice.endpoint.peerId().bytes();
        assertThat(peers.world.sent).isNotEmpty().allSatisfy(sent -> {
            assertThat(contains(sent.datagram(), canary)).isFalse();
            assertThat(contains(sent.datagram(), identity)).isFalse();
            assertThat(sent.datagram().remaining()).isLessThanOrEqualTo(1_200);
        });
    }

    private static boolean contains(ByteBuffer datagram, byte[] needle) {
        for (int at = 0; at + needle.length <= datagram.limit(); at++) {
            if (datagram.slice(at, needle.length).equals(ByteBuffer.wrap(needle))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void oneSeedIsOneHistory() {
        assertThat(history(SEED)).isEqualTo(history(SEED)).isNotEqualTo(history(SEED + 1));
    }

    private static List<String> history(long seed) {
        TwoPeers peers = new TwoPeers(seed).connected();
        peers.alice.send(peers.alice.established(), "hello");
        peers.world.run(Duration.ofSeconds(10));
        List<String> history = new ArrayList<>();
        peers.world.sent.forEach(sent -> history.add(sent.from() + " " + sent.to() + " " + hash(sent.datagram())));
        return history;
    }

    private static int hash(ByteBuffer datagram) {
        return datagram.duplicate().hashCode();
    }

    @Test
    void bothSidesAgreeOnSuiteAndPath() {
        TwoPeers peers = new TwoPeers(SEED).connected();
        var ofAlice =
                peers.alice.events(EndpointOutput.ConnectionEstablished.class).getFirst();
        var ofBob = peers.bob.events(EndpointOutput.ConnectionEstablished.class).getFirst();
        assertThat(ofAlice.peer()).isEqualTo(peers.bob.endpoint.peerId());
        assertThat(ofBob.peer()).isEqualTo(peers.alice.endpoint.peerId());
        assertThat(ofAlice.suite()).isEqualTo(ofBob.suite());
        assertThat(ofAlice.path().remoteAddress()).hasToString("10.0.1.2:40000");
        assertThat(ofBob.path().remoteAddress()).hasToString("10.0.1.1:40000");
    }

    @Test
    void whatIsSentBeforeThereIsAPathWaitsForIt() {
        TwoPeers peers = new TwoPeers(SEED).signedIn();
        ConnectionId id = peers.alice.connect(peers.bob);
        peers.alice.send(id, "early");
        peers.await(() -> peers.bob.texts().equals(List.of("early")), Duration.ofSeconds(2));
    }

    @Test
    void aPathThatBreaksIsReplacedByAnotherOneThatWasChecked() {
        TwoPeers peers = new TwoPeers(SEED, 2).connected();
        peers.world.run(Duration.ofSeconds(2));
        String inUse = peers.alice
                .events(EndpointOutput.ConnectionEstablished.class)
                .getFirst()
                .path()
                .remoteAddress()
                .toString();
        peers.world.filter = (from, to, datagram) -> network(to.toString()).equals(network(inUse))
                || network(from.toString()).equals(network(inUse));
        peers.alice.send(peers.alice.established(), "over the other network");
        peers.bob.send(peers.bob.established(), "yes, over the other one");
        peers.await(() -> peers.alice.texts().size() == 1 && peers.bob.texts().size() == 1, Duration.ofSeconds(30));
        assertThat(peers.alice.events(EndpointOutput.PathChanged.class)).isNotEmpty();
        assertThat(peers.alice
                        .events(EndpointOutput.PathChanged.class)
                        .getLast()
                        .path()
                        .remoteAddress()
                        .toString())
                .doesNotStartWith(network(inUse));
    }

    private static String network(String address) {
        return address.substring(0, address.lastIndexOf('.') + 1);
    }

    @Test
    void unreliableDatagramsArriveOrAreLostButNeverComeTwice() {
        TwoPeers peers = new TwoPeers(SEED).connected();
        SplittableRandom fate = new SplittableRandom(SEED);
        peers.world.filter = (from, to, datagram) -> fate.nextInt(100) < 20;
        for (int i = 0; i < 200; i++) {
            byte[] body = ("frame " + i).getBytes(StandardCharsets.UTF_8);
            peers.alice.endpoint.sendDatagram(
                    peers.alice.established(), PayloadKind.VOICE, 960 * i, body, peers.world.nowNanos);
            peers.alice.drain();
        }
        peers.world.run(Duration.ofSeconds(1));
        List<EndpointOutput.DatagramReceived> received = peers.bob.events(EndpointOutput.DatagramReceived.class);
        assertThat(received).hasSizeBetween(100, 199);
        assertThat(received)
                .extracting(EndpointOutput.DatagramReceived::timestamp)
                .doesNotHaveDuplicates();
        assertThat(received).allSatisfy(datagram -> {
            assertThat(datagram.kind()).isEqualTo(PayloadKind.VOICE);
            assertThat(StandardCharsets.UTF_8
                            .decode(datagram.datagram().duplicate())
                            .toString())
                    .isEqualTo("frame " + datagram.timestamp() / 960);
        });
    }

    @Test
    void aFullSendBufferIsSaidAndItsRoomIsSaidToo() {
        TwoPeers peers = new TwoPeers(SEED).connected();
        peers.bob.consumes = false;
        ConnectionId id = peers.alice.established();
        int taken = 0;
        while (peers.alice.send(id, "x".repeat(10_000))) {
            taken++;
        }
        assertThat(taken).isGreaterThan(100);
        peers.world.run(Duration.ofSeconds(20));
        int arrived = peers.bob.texts().size();
        for (int i = 0; i < arrived; i++) {
            peers.bob.endpoint.consumed(peers.bob.established(), peers.world.nowNanos);
            peers.bob.drain();
        }
        peers.bob.consumes = true;
        peers.await(() -> peers.alice.has(EndpointOutput.SendBufferFreed.class), Duration.ofSeconds(10));
        assertThat(peers.alice.send(id, "more")).isTrue();
    }

    @Test
    void theOutcomeIsReportedOnceByTheCallingSideAndTheSessionEnds() {
        TwoPeers peers = new TwoPeers(SEED).connected();
        peers.world.run(Duration.ofSeconds(60));
        var reports = peers.world.rendezvous.reports();
        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().path().wireName()).isEqualTo("host");
        assertThat(reports.getFirst().millis()).isBetween(50, 500);
        assertThat(peers.world.rendezvous.sessions()).isZero();
        peers.alice.send(peers.alice.established(), "still there");
        peers.await(() -> peers.bob.texts().contains("still there"), Duration.ofSeconds(1));
    }

    @Test
    void anIdleConnectionLivesForAnHour() {
        TwoPeers peers = new TwoPeers(SEED).connected();
        peers.world.run(Duration.ofHours(1));
        peers.alice.send(peers.alice.established(), "still there");
        peers.await(() -> peers.bob.texts().contains("still there"), Duration.ofSeconds(1));
        assertThat(peers.alice.has(EndpointOutput.ConnectionClosed.class)).isFalse();
    }
}
