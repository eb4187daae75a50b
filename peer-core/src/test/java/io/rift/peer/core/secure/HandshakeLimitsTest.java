package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.HandshakePair.PERFECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class HandshakeLimitsTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long START = Long.MAX_VALUE - SECOND / 2; // the clock wraps during each test

    private final HandshakeLimits limits = new HandshakeLimits();
    private final PeerId alice = TestParty.alice().peerId();

    @Test
    void onePeerGetsFiveKeyInitsASecondFromWhereverItSendsThem() {
        assertThat(admitted(100, i -> alice, i -> address(i), 0)).isEqualTo(5);
        assertThat(admitted(100, i -> alice, i -> address(i), SECOND / 5)).isEqualTo(1);
        assertThat(admitted(100, i -> alice, i -> address(i), 10 * SECOND)).isEqualTo(5);
    }

    @Test
    void oneAddressGetsTwentyKeyInitsASecondForWhicheverPeers() {
        assertThat(admitted(100, i -> peer(i), i -> address(1), 0)).isEqualTo(20);
        assertThat(admitted(100, i -> peer(i), i -> address(2), 0)).isEqualTo(20);
        assertThat(admitted(100, i -> peer(i), i -> address(1), SECOND / 2)).isEqualTo(10);
    }

    @Test
    void atMost256HandshakesAreHalfOpenAndAPlaceIsFreedWhenOneEnds() {
        Handshake handshake = HandshakePair.honest(PERFECT, 1).bob.handshake;
        for (int i = 0; i < HandshakeLimits.MAX_HALF_OPEN; i++) {
            assertThat(limits.open(peer(i), handshake)).isTrue();
        }
        assertThat(limits.open(peer(1000), handshake)).isFalse();
        assertThat(limits.open(peer(7), handshake)).isTrue();
        assertThat(limits.halfOpen()).isEqualTo(256);

        limits.close(peer(7), handshake);
        assertThat(limits.open(peer(1000), handshake)).isTrue();
    }

    @Test
    void aNewerHandshakeOfTheSamePeerTakesThePlaceOfTheOlderAndBothAreEstablished() {
        HandshakePair older = new HandshakePair(contextOfAlice(), contextOfBob(), PERFECT, new SplittableRandom(1));
        HandshakePair newer = new HandshakePair(contextOfAlice(), contextOfBob(), PERFECT, new SplittableRandom(2));
        Handshake first = Handshake.respond(contextOfBob(), limits, new SplittableRandom(3));
        Handshake second = Handshake.respond(contextOfBob(), limits, new SplittableRandom(4));

        byte[] firstConfirm = answerAndConfirm(older, first);
        byte[] secondConfirm = answerAndConfirm(newer, second);
        assertThat(limits.halfOpen()).isEqualTo(1);

        first.handleFragment(ByteBuffer.wrap(firstConfirm), HandshakePair.ADDRESS, 0);
        assertThat(first.poll()).isInstanceOf(HandshakeOutput.Transmit.class);
        assertThat(first.poll()).isInstanceOf(HandshakeOutput.Established.class);
        assertThat(limits.halfOpen()).isEqualTo(1); // the place is the newer one's
        second.handleFragment(ByteBuffer.wrap(secondConfirm), HandshakePair.ADDRESS, 0);
        assertThat(second.poll()).isInstanceOf(HandshakeOutput.Transmit.class);
        assertThat(second.poll()).isInstanceOf(HandshakeOutput.Established.class);
        assertThat(limits.halfOpen()).isZero();
    }

    @Test
    void aHandshakeThatTimesOutOrIsClosedGivesItsPlaceBack() {
        HandshakePair pair = new HandshakePair(contextOfAlice(), contextOfBob(), PERFECT, new SplittableRandom(1));
        Handshake first = Handshake.respond(contextOfBob(), limits, new SplittableRandom(3));
        answerAndConfirm(pair, first);
        first.handleTimeout(first.nextTimeoutNanos());
        assertThat(limits.halfOpen()).isZero();

        pair = new HandshakePair(contextOfAlice(), contextOfBob(), PERFECT, new SplittableRandom(1));
        Handshake second = Handshake.respond(contextOfBob(), limits, new SplittableRandom(3));
        answerAndConfirm(pair, second);
        assertThat(limits.halfOpen()).isEqualTo(1);
        second.close();
        assertThat(limits.halfOpen()).isZero();
    }

    @Test
    void aResponderAnswersNoKeyInitBeyondTheLimits() {
        HandshakePair pair = new HandshakePair(contextOfAlice(), contextOfBob(), PERFECT, new SplittableRandom(1));
        pair.drain();
        Handshake responder = Handshake.respond(contextOfBob(), limits, new SplittableRandom(3));
        assertThat(admitted(100, i -> alice, i -> HandshakePair.ADDRESS, 0)).isEqualTo(5);
        ByteBuffer keyInit = ByteBuffer.wrap(pair.alice.sent.getFirst());
        responder.handleFragment(keyInit, HandshakePair.ADDRESS, START);
        assertThat(responder.poll()).isNull();

        for (int i = 0; i < HandshakeLimits.MAX_HALF_OPEN; i++) {
            limits.open(peer(i), pair.bob.handshake);
        }
        responder.handleFragment(keyInit, HandshakePair.ADDRESS, START + SECOND);
        assertThat(responder.poll()).isNull();
        assertThat(responder.drops().of(DropReason.RATE_LIMITED)).isEqualTo(2);

        limits.close(peer(0), pair.bob.handshake);
        responder.handleFragment(keyInit, HandshakePair.ADDRESS, START + 2 * SECOND);
        assertThat(responder.poll()).isInstanceOf(HandshakeOutput.Transmit.class);
    }

    @Test
    void repeatsOfAnAnsweredKeyInitCostNoQuota() {
        HandshakePair pair = new HandshakePair(contextOfAlice(), contextOfBob(), PERFECT, new SplittableRandom(1));
        pair.drain();
        Handshake responder = Handshake.respond(contextOfBob(), limits, new SplittableRandom(3));
        ByteBuffer keyInit = ByteBuffer.wrap(pair.alice.sent.getFirst());
        for (int i = 0; i < 50; i++) {
            responder.handleFragment(keyInit, HandshakePair.ADDRESS, START);
        }
        assertThat(responder.drops().snapshot()).isEmpty();
        assertThat(limits.admit(alice, HandshakePair.ADDRESS, START)).isTrue();
    }

    /** Delivers KeyInit to the responder and its answer to the initiator; gives the KeyConfirm. */
    private static byte[] answerAndConfirm(HandshakePair pair, Handshake responder) {
        pair.drain();
        responder.handleFragment(ByteBuffer.wrap(pair.alice.sent.getFirst()), HandshakePair.ADDRESS, 0);
        HandshakeOutput.Transmit keyResp = (HandshakeOutput.Transmit) responder.poll();
        pair.deliver(pair.alice, HandshakePair.bytes(keyResp.datagram()));
        assertThat(responder.poll()).isInstanceOf(HandshakeOutput.MaySend.class);
        pair.drain();
        return pair.alice.sent.get(1);
    }

    private long admitted(int attempts, IntFunction<PeerId> peer, IntFunction<IpAddress> address, long afterNanos) {
        long admitted = 0;
        for (int i = 0; i < attempts; i++) {
            admitted += limits.admit(peer.apply(i), address.apply(i), START + afterNanos) ? 1 : 0;
        }
        return admitted;
    }

    private static HandshakeContext contextOfAlice() {
        return TestParty.alice().toward(TestParty.bob());
    }

    private static HandshakeContext contextOfBob() {
        return TestParty.bob().toward(TestParty.alice());
    }

    private static PeerId peer(int number) {
        return PeerId.of(ByteBuffer.allocate(32).putInt(number).array());
    }

    private static IpAddress address(int number) {
        return IpAddress.ofIpv4(number);
    }
}
