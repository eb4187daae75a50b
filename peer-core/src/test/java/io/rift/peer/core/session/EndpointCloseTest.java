package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EndpointCloseTest {

    private final TwoPeers peers = new TwoPeers(11);
    private final World world = peers.world;
    private final Node alice = peers.alice;
    private final Node bob = peers.bob;

    @Test
    void theOtherSideKnowsOfTheCloseAtOnce() {
        peers.connected();
        alice.close(alice.established());
        peers.awaitClosed(bob, Duration.ofMillis(15));
        peers.awaitClosed(alice, Duration.ofMillis(15));
        assertThat(reason(alice)).isEqualTo(CloseReason.CLOSED_HERE);
        assertThat(reason(bob)).isEqualTo(CloseReason.CLOSED_BY_PEER);
    }

    @Test
    void whatWasSentBeforeTheCloseArrivesBeforeIt() {
        peers.connected();
        SplittableRandom fate = new SplittableRandom(1);
        world.filter = (from, to, datagram) -> fate.nextInt(100) < 10;
        for (int i = 0; i < 100; i++) {
            alice.send(alice.established(), "message " + i);
        }
        alice.close(alice.established());
        peers.awaitClosed(bob, Duration.ofSeconds(4));
        assertThat(bob.texts()).hasSize(100);
        assertThat(bob.events.getLast()).isInstanceOf(EndpointOutput.ConnectionClosed.class);
    }

    @Test
    void messagesThatWaitForTheSendBufferArriveBeforeTheClose() {
        peers.connected();
        ConnectionId id = alice.established();
        int accepted = fill(id);
        alice.close(id);
        int waiting = 3;
        while (waiting > 0) {
            int told = alice.events(EndpointOutput.SendBufferFreed.class).size();
            peers.await(() -> alice.events(EndpointOutput.SendBufferFreed.class).size() > told, Duration.ofSeconds(3));
            while (waiting > 0 && offer(id)) {
                waiting--;
                accepted++;
            }
        }
        peers.awaitClosed(bob, Duration.ofSeconds(3));
        assertThat(bob.messages).isEqualTo(accepted);
        peers.awaitClosed(alice, Duration.ofSeconds(1));
    }

    @Test
    void aSenderThatOffersNothingMoreIsClosedAllTheSame() {
        peers.connected();
        ConnectionId id = alice.established();
        fill(id);
        alice.close(id);
        long start = world.nowNanos;
        peers.awaitClosed(alice, Duration.ofSeconds(3));
        assertThat(alice.has(EndpointOutput.SendBufferFreed.class)).isTrue();
        assertThat(world.nowNanos - start).isLessThan(EndpointLimits.CLOSE_LINGER.toNanos());
        assertThat(reason(bob)).isEqualTo(CloseReason.CLOSED_BY_PEER);
    }

    private int fill(ConnectionId id) {
        int accepted = 0;
        while (offer(id)) {
            accepted++;
        }
        return accepted;
    }

    private boolean offer(ConnectionId id) {
        boolean taken = alice.endpoint.send(id, new byte[Endpoint.MAX_MESSAGE_BYTES], world.nowNanos);
        alice.drain();
        return taken;
    }

    @Test
    void aLostCloseIsRepeated() {
        peers.connected();
        world.run(Duration.ofMillis(500));
        int[] dropped = {0};
        world.filter = (from, to, datagram) -> (datagram.get(0) & 0xFF) == 0xE3 && dropped[0]++ < 2;
        alice.close(alice.established());
        peers.awaitClosed(bob, Duration.ofSeconds(1));
        assertThat(reason(bob)).isEqualTo(CloseReason.CLOSED_BY_PEER);
    }

    @Test
    void bothMayCloseAtOnce() {
        peers.connected();
        alice.close(alice.established());
        bob.close(bob.established());
        peers.awaitClosed(alice, Duration.ofSeconds(1));
        peers.awaitClosed(bob, Duration.ofSeconds(1));
        assertThat(reason(alice)).isEqualTo(CloseReason.CLOSED_HERE);
        assertThat(reason(bob)).isEqualTo(CloseReason.CLOSED_HERE);
    }

    @Test
    void closingDoesNotWaitForeverForASilentPeer() {
        peers.connected();
        world.kill(bob);
        alice.send(alice.established(), "into the void");
        alice.close(alice.established());
        peers.awaitClosed(alice, Duration.ofSeconds(6));
        assertThat(reason(alice)).isEqualTo(CloseReason.CLOSED_HERE);
    }

    @Test
    void aPeerThatVanishesIsNoticedAfterHalfAMinute() {
        peers.connected();
        world.run(Duration.ofSeconds(3));
        long start = world.nowNanos;
        world.kill(bob);
        peers.awaitClosed(alice, Duration.ofSeconds(40));
        assertThat(reason(alice)).isEqualTo(CloseReason.PEER_VANISHED);
        assertThat((world.nowNanos - start) / World.SECOND).isBetween(25L, 33L);
    }

    @Test
    void anOutageOfTwentySecondsIsSurvivedWithEveryMessage() {
        peers.connected();
        world.run(Duration.ofSeconds(3));
        world.filter = (from, to, datagram) -> true;
        alice.send(alice.established(), "during");
        world.run(Duration.ofSeconds(20));
        world.filter = (from, to, datagram) -> false;
        peers.await(() -> bob.texts().equals(List.of("during")), Duration.ofSeconds(7));
        assertThat(alice.has(EndpointOutput.ConnectionClosed.class)).isFalse();
    }

    @Test
    void anEndpointThatStopsClosesEverythingAndThenSaysNothingMore() {
        peers.connected();
        alice.connect(bob);
        alice.stop();
        peers.await(() -> alice.has(EndpointOutput.Stopped.class), Duration.ofSeconds(1));
        assertThat(reason(alice)).isEqualTo(CloseReason.ENDPOINT_STOPPED);
        assertThat(alice.failure()).isInstanceOf(ConnectFailure.Abandoned.class);
        peers.awaitClosed(bob, Duration.ofSeconds(1));
        assertThat(alice.events.getLast()).isInstanceOf(EndpointOutput.Stopped.class);
        assertThat(alice.endpoint.statistics().connections()).isZero();
    }

    @Test
    void afterTheEndTheConnectionsNameMeansNothing() {
        peers.connected();
        ConnectionId id = alice.established();
        alice.close(id);
        peers.awaitClosed(alice, Duration.ofSeconds(1));
        int events = alice.events.size();
        int sent = world.sent.size();
        assertThat(alice.send(id, "too late")).isTrue();
        alice.close(id);
        alice.endpoint.consumed(id, world.nowNanos);
        alice.endpoint.accept(id, world.nowNanos);
        alice.endpoint.refuse(id, world.nowNanos);
        assertThat(alice.endpoint.statistics(id)).isNull();
        assertThat(alice.endpoint.roundTripNanos(id)).isEqualTo(-1);
        assertThat(alice.events).hasSize(events);
        assertThat(world.sent).hasSize(sent);
    }

    private static CloseReason reason(Node node) {
        return node.events(EndpointOutput.ConnectionClosed.class).getFirst().reason();
    }
}
