package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.HandshakePair.PERFECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The handshake between honest peers: who knows what when, and what is repeated. */
class HandshakeTest {

    private static final int TWELVE_TRIES_MILLIS = 50 * (1 + 2 + 4 + 8 + 16) + 7 * 1_000;

    @Test
    void twoHonestPeersEstablishAndExchangePayloadsBothWays() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.run();

        pair.send(pair.alice, pair.alice.session, "hello Bob");
        pair.send(pair.bob, pair.bob.session, "hello Alice");
        pair.run();

        assertThat(pair.bob.texts()).containsExactly("hello Bob");
        assertThat(pair.alice.texts()).containsExactly("hello Alice");
        assertThat(pair.alice.session.remoteId()).isEqualTo(TestParty.bob().peerId());
        assertThat(pair.bob.session.remoteId()).isEqualTo(TestParty.alice().peerId());
        assertThat(pair.alice.handshake.drops().snapshot()).isEmpty();
        assertThat(pair.bob.handshake.drops().snapshot()).isEmpty();
        assertThat(pair.alice.handshake.nextTimeoutNanos()).isEqualTo(Deadlines.NEVER);
        assertThat(pair.bob.handshake.nextTimeoutNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void onAPerfectPathNothingIsSentTwice() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.run();

        assertThat(pair.alice.sent).hasSize(2); // KeyInit, KeyConfirm
        assertThat(pair.bob.sent).hasSize(2); // KeyResp, Ready
    }

    @ParameterizedTest
    @EnumSource(
            value = Suite.class,
            names = {"X25519_AES_256_GCM", "X25519_CHACHA20_POLY1305"})
    void bothPeersUseTheOneSuiteThatTheyShare(Suite suite) {
        HandshakePair pair = HandshakePair.between(
                TestParty.alice(TestParty.capabilities(0x0212, suite.code())),
                TestParty.bob(TestParty.capabilities(suite.code(), 0x7777)),
                PERFECT,
                1);
        pair.run();

        assertThat(pair.alice.session.suite()).isEqualTo(suite);
        assertThat(pair.bob.session.suite()).isEqualTo(suite);
    }

    @Test
    void theOrderOfTheInitiatorDecidesBetweenCommonSuites() {
        HandshakePair pair = HandshakePair.between(
                TestParty.alice(TestParty.capabilities(0x0201, 0x0202)),
                TestParty.bob(TestParty.capabilities(0x0202, 0x0201)),
                PERFECT,
                1);
        pair.run();

        assertThat(pair.alice.session.suite()).isEqualTo(Suite.X25519_CHACHA20_POLY1305);
    }

    @Test
    void whatTheResponderSealsBeforeKeyConfirmReachesTheInitiator() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        assertThat(pair.bob.session).isNull();
        pair.send(pair.bob, pair.bob.early, "half a round trip early");
        pair.run();

        assertThat(pair.alice.texts()).containsExactly("half a round trip early");
    }

    @Test
    void earlyDataIsNoSignThatKeyConfirmArrived() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        pair.deliver(pair.alice, pair.bob.sent.getFirst());
        pair.drain();
        byte[] early = HandshakePair.bytes(pair.bob.early.seal(PayloadKind.CHAT, 1, new byte[] {'h', 'i'}));
        pair.deliver(pair.alice, early);

        assertThat(pair.alice.texts()).containsExactly("hi");
        assertThat(pair.alice.handshake.nextTimeoutNanos()).isNotEqualTo(Deadlines.NEVER);
    }

    @Test
    void dataThatOvertakesKeyRespIsDeliveredAfterIt() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        byte[] keyResp = pair.bob.sent.getFirst();
        pair.deliver(pair.alice, chat(pair.bob.early, "first"));
        pair.drain();
        assertThat(pair.alice.received).isEmpty();
        pair.deliver(pair.alice, keyResp);
        pair.drain();

        assertThat(pair.alice.texts()).containsExactly("first");
    }

    @Test
    void theResponderKeepsEightPayloadsUntilKeyConfirmAndDropsTheRest() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        pair.deliver(pair.alice, pair.bob.sent.getFirst());
        pair.drain();
        for (int i = 1; i <= 10; i++) {
            pair.deliver(pair.bob, chat(pair.alice.session, "message " + i));
        }
        pair.drain();
        assertThat(pair.bob.received).isEmpty();
        pair.deliver(pair.bob, pair.alice.sent.get(1));
        pair.drain();

        assertThat(pair.bob.received).hasSize(8);
        assertThat(pair.bob.texts()).startsWith("message 1").endsWith("message 8");
        assertThat(pair.bob.handshake.drops().of(DropReason.EARLY_BUFFER_FULL)).isEqualTo(2);
    }

    @Test
    void payloadsBeforeAnyKeyInitAreDropped() {
        HandshakePair other = HandshakePair.established();
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.deliver(pair.bob, chat(other.alice.session, "too early"));

        assertThat(pair.bob.handshake.drops().of(DropReason.UNEXPECTED)).isEqualTo(1);
    }

    @Test
    void aRepeatedKeyInitGetsTheSameKeyRespWithoutNewKeys() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        byte[] keyInit = pair.alice.sent.getFirst();
        pair.deliver(pair.bob, keyInit);
        pair.drain();
        SecureSession first = pair.bob.early;
        pair.deliver(pair.bob, keyInit);
        pair.drain();

        assertThat(pair.bob.sent).hasSize(2);
        assertThat(pair.bob.sent.get(1)).isEqualTo(pair.bob.sent.get(0));
        assertThat(pair.bob.early).isSameAs(first);
    }

    @Test
    void keyConfirmIsRepeatedUntilTheResponderSaysThatItArrived() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        pair.deliver(pair.alice, pair.bob.sent.getFirst());
        pair.drain();
        byte[] keyConfirm = pair.alice.sent.get(1);
        pair.alice.handshake.handleTimeout(pair.alice.handshake.nextTimeoutNanos());
        pair.drain();
        assertThat(pair.alice.sent.get(2)).isEqualTo(keyConfirm);

        pair.deliver(pair.bob, keyConfirm);
        pair.deliver(pair.bob, keyConfirm);
        pair.drain();
        assertThat(pair.bob.sent).hasSize(3); // KeyResp and two different Ready
        assertThat(pair.bob.sent.get(1)).isNotEqualTo(pair.bob.sent.get(2));
        pair.deliver(pair.alice, pair.bob.sent.get(2));
        assertThat(pair.alice.handshake.nextTimeoutNanos()).isEqualTo(Deadlines.NEVER);
        assertThat(pair.alice.received).isEmpty();
    }

    @Test
    void aRecordedKeyConfirmPlayedBackForEverCostsABoundedNumberOfPackets() {
        HandshakePair pair = HandshakePair.established();
        for (int i = 0; i < 1000; i++) {
            pair.deliver(pair.bob, pair.alice.sent.get(1));
        }
        pair.drain();

        assertThat(pair.bob.sent).hasSize(1 + ResponderHandshake.MAX_READY);
    }

    @Test
    void anInitiatorThatHearsNothingTriesTwelveTimesAndGivesUp() {
        HandshakePair pair = HandshakePair.honest(datagram -> List.of(), 1);
        long startNanos = pair.nowNanos;
        pair.run();

        assertThat(pair.alice.sent).hasSize(RetryTimer.MAX_TRIES);
        assertThat(pair.alice.failure).isEqualTo(HandshakeFailure.TIMED_OUT);
        assertThat(TimeUnit.NANOSECONDS.toMillis(pair.nowNanos - startNanos)).isEqualTo(TWELVE_TRIES_MILLIS);
    }

    @Test
    void anInitiatorWhoseKeyConfirmIsNeverAcknowledgedClosesItsSession() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        pair.deliver(pair.alice, pair.bob.sent.getFirst());
        pair.drain();
        while (pair.alice.handshake.nextTimeoutNanos() != Deadlines.NEVER) {
            pair.alice.handshake.handleTimeout(pair.alice.handshake.nextTimeoutNanos());
        }
        pair.drain();

        assertThat(pair.alice.failure).isEqualTo(HandshakeFailure.TIMED_OUT);
        assertThat(pair.alice.session.remainingPackets(PayloadKind.CHAT)).isZero();
    }

    @Test
    void aResponderThatHearsNoKeyConfirmGivesUpAfterThirtySeconds() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();
        long deadline = pair.bob.handshake.nextTimeoutNanos();
        assertThat(deadline - pair.nowNanos).isEqualTo(TimeUnit.SECONDS.toNanos(30));
        pair.bob.handshake.handleTimeout(deadline - 1);
        pair.drain();
        assertThat(pair.bob.failure).isNull();
        pair.bob.handshake.handleTimeout(deadline);
        pair.drain();

        assertThat(pair.bob.failure).isEqualTo(HandshakeFailure.TIMED_OUT);
        assertThat(pair.bob.handshake.nextTimeoutNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void theFirstRepeatComesAfterTwoRoundTripsButNotBeforeFiftyMilliseconds() {
        assertThat(firstRepeatMillis(0)).isEqualTo(50);
        assertThat(firstRepeatMillis(20)).isEqualTo(50);
        assertThat(firstRepeatMillis(300)).isEqualTo(600);
        assertThat(firstRepeatMillis(60_000)).isEqualTo(3_000);
    }

    @Test
    void peersWithNothingInCommonFailBeforeAnythingIsSent() {
        HandshakePair pair = HandshakePair.between(
                TestParty.alice(TestParty.capabilities(0x0201)),
                TestParty.bob(TestParty.capabilities(0x0202)),
                PERFECT,
                1);
        pair.run();

        assertThat(pair.alice.failure).isEqualTo(HandshakeFailure.NOTHING_IN_COMMON);
        assertThat(pair.bob.failure).isEqualTo(HandshakeFailure.NOTHING_IN_COMMON);
        assertThat(pair.alice.sent).isEmpty();
    }

    @Test
    void theSameInviteSecretOnBothSidesEstablishes() {
        byte[] secret = TestParty.filled(9, HandshakeContext.INVITE_SECRET_BYTES);
        HandshakePair pair = invited(secret, secret);
        pair.run();

        assertThat(pair.alice.session).isNotNull();
        assertThat(pair.bob.session).isNotNull();
    }

    @Test
    void differentInviteSecretsNeverEstablish() {
        byte[] secret = TestParty.filled(9, HandshakeContext.INVITE_SECRET_BYTES);
        HandshakePair different = invited(secret, TestParty.filled(8, HandshakeContext.INVITE_SECRET_BYTES));
        different.run();
        assertThat(different.alice.failure).isEqualTo(HandshakeFailure.NOT_AUTHENTIC);
        assertThat(different.alice.session).isNull();
        assertThat(different.bob.session).isNull();

        HandshakePair missing = invited(secret, null);
        missing.run();
        assertThat(missing.alice.session).isNull();
        assertThat(missing.bob.session).isNull();
    }

    @Test
    void anInviteSecretThatIsNoneIsRefused() {
        HandshakeContext context = TestParty.alice().toward(TestParty.bob());
        assertThatThrownBy(() -> context.withInviteSecret(new byte[32])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.withInviteSecret(TestParty.filled(1, 16)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void afterCloseEverythingIsDroppedAndNothingWaits() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        pair.alice.handshake.close();
        pair.bob.handshake.close();
        pair.deliver(pair.bob, pair.alice.sent.getFirst());
        pair.drain();

        assertThat(pair.bob.sent).isEmpty();
        assertThat(pair.bob.handshake.drops().of(DropReason.CLOSED)).isEqualTo(1);
        assertThat(pair.alice.handshake.nextTimeoutNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void bothPeersExportTheSameSecretAndOtherPairsAnother() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        HandshakePair other = HandshakePair.honest(PERFECT, 2);
        pair.run();
        other.run();
        byte[] context = {1};

        byte[] exported = pair.alice.session.export("label", context, 32);
        assertThat(pair.bob.session.export("label", context, 32)).isEqualTo(exported);
        assertThat(other.alice.session.export("label", context, 32)).isNotEqualTo(exported);
        assertThat(pair.alice.session.export("other", context, 32)).isNotEqualTo(exported);
        assertThat(pair.alice.session.export("label", new byte[0], 32)).isNotEqualTo(exported);
    }

    @Test
    void whenBothPeersConnectAtOnceBothHandshakesSucceedAndBothPeersKeepTheSame() {
        TestParty alice = TestParty.alice();
        TestParty bob = TestParty.bob();
        HandshakePair fromAlice = HandshakePair.between(alice, bob, PERFECT, 1);
        HandshakePair fromBob = HandshakePair.between(bob, alice, PERFECT, 2);
        fromAlice.run();
        fromBob.run();

        assertThat(fromAlice.bob.session).isNotNull();
        assertThat(fromBob.bob.session).isNotNull();
        assertThat(Handshake.prevails(alice.peerId(), bob.peerId()))
                .isNotEqualTo(Handshake.prevails(bob.peerId(), alice.peerId()));
        assertThat(Handshake.prevails(alice.peerId(), bob.peerId()))
                .isEqualTo(alice.peerId().compareTo(bob.peerId()) < 0);
    }

    private static HandshakePair invited(byte[] aliceSecret, byte[] bobSecret) {
        HandshakeContext alice = TestParty.alice().toward(TestParty.bob());
        HandshakeContext bob = TestParty.bob().toward(TestParty.alice());
        return new HandshakePair(
                alice.withInviteSecret(aliceSecret),
                bobSecret == null ? bob : bob.withInviteSecret(bobSecret),
                PERFECT,
                new SplittableRandom(1));
    }

    private static long firstRepeatMillis(long rttMillis) {
        Handshake handshake = Handshake.initiate(
                TestParty.alice().toward(TestParty.bob()),
                TimeUnit.MILLISECONDS.toNanos(rttMillis),
                new SplittableRandom(1),
                0);
        return TimeUnit.NANOSECONDS.toMillis(handshake.nextTimeoutNanos());
    }

    private static byte[] chat(SecureSession session, String text) {
        ByteBuffer datagram = session.seal(PayloadKind.CHAT, 1, text.getBytes(StandardCharsets.UTF_8));
        return HandshakePair.bytes(datagram);
    }
}
