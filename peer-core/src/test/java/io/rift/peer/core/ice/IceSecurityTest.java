package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceSecurityTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final TransportAddress STRANGER = TransportAddress.parse("203.0.113.99:9999");

    private final Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2));

    static Candidate remote(CandidateType type, String address) {
        TransportAddress transportAddress = TransportAddress.parse(address);
        return new Candidate(type, transportAddress, transportAddress, Candidate.priority(type, 65_535), "9");
    }

    /** What side b would send to side a, from scratch. */
    private StunEncoder requestToA() {
        return StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, TransactionId.random(pair.random))
                .add(StunAttributes.USERNAME, usernameToA());
    }

    private String usernameToA() {
        return pair.a.agent.localCredentials().usernameFragment() + ":"
                + pair.b.agent.localCredentials().usernameFragment();
    }

    private byte[] keyOfA() {
        return StunKeys.shortTerm(pair.a.agent.localCredentials().password());
    }

    private byte[] keyOfB() {
        return StunKeys.shortTerm(pair.b.agent.localCredentials().password());
    }

    /** Gives a datagram to side a and returns what a sends at once. */
    private List<StunMessage> answers(TransportAddress from, byte[] datagram) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(datagram));
        pair.a.agent.handleStun(pair.a.box.inside(), from, message, pair.now);
        List<StunMessage> sent = new ArrayList<>();
        for (IceOutput output = pair.a.agent.poll(); output != null; output = pair.a.agent.poll()) {
            if (output instanceof IceOutput.Transmit transmit) {
                sent.add(StunMessage.parse(transmit.datagram()));
            }
        }
        return sent;
    }

    private int errorCode(List<StunMessage> answers) {
        assertThat(answers).hasSize(1);
        StunMessage answer = answers.getFirst();
        assertThat(answer.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(answer.verifyMessageIntegrity(keyOfA())).isTrue();
        return answer.get(StunAttributes.ERROR_CODE).code();
    }

    @Test
    void aWrongPasswordGetsNoAnswerAndNoPath() {
        IceCredentials wrong = new IceCredentials(
                pair.a.agent.localCredentials().usernameFragment(),
                IceCredentials.random(pair.random).password());
        pair.b.agent.remoteCredentials(wrong, pair.now);
        pair.a.signal();
        pair.b.signal();
        pair.run(Duration.ofSeconds(30));

        assertThat(pair.a.agent.dropped(DropReason.BAD_INTEGRITY)).isPositive();
        assertThat(pair.b.events(IceOutput.Failed.class)).hasSize(1);
        assertThat(pair.b.events(IceOutput.PairValidated.class)).isEmpty();
    }

    @Test
    void requestsThatAreNotAuthenticGetNoAnswer() {
        pair.signal().run(Duration.ofSeconds(2));
        byte[] otherKey = keyOfB();
        byte[] stranger = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, TransactionId.random(pair.random))
                .add(StunAttributes.USERNAME, "abcd:efgh")
                .encodeWithIntegrityAndFingerprint(keyOfA());

        assertThat(answers(STRANGER, requestToA().encodeWithFingerprint())).isEmpty();
        assertThat(answers(STRANGER, requestToA().encodeWithIntegrity(keyOfA())))
                .isEmpty();
        assertThat(answers(STRANGER, requestToA().encodeWithIntegrityAndFingerprint(otherKey)))
                .isEmpty();
        assertThat(answers(STRANGER, stranger)).isEmpty();
        assertThat(answers(
                        STRANGER,
                        StunEncoder.of(MessageClass.INDICATION, StunMethod.BINDING, new TransactionId(1, 2))
                                .encodeWithFingerprint()))
                .isEmpty();

        assertThat(pair.a.agent.dropped(DropReason.BAD_INTEGRITY)).isEqualTo(2);
        assertThat(pair.a.agent.dropped(DropReason.BAD_FINGERPRINT)).isEqualTo(1);
        assertThat(pair.a.agent.dropped(DropReason.BAD_USERNAME)).isEqualTo(1);
        assertThat(pair.a.agent.dropped(DropReason.UNEXPECTED_MESSAGE)).isEqualTo(1);
        pair.run(Duration.ofMinutes(1));
        assertThat(pair.delivered).noneMatch(flight -> flight.from().equals(STRANGER));
    }

    @Test
    void aRequestOfAnotherPairOfAgentsGetsNoAnswer() {
        pair.signal().run(SECOND);
        byte[] request = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, TransactionId.random(pair.random))
                .add(StunAttributes.USERNAME, pair.a.agent.localCredentials().usernameFragment() + ":xxxx")
                .encodeWithIntegrityAndFingerprint(keyOfA());

        assertThat(answers(STRANGER, request)).isEmpty();
        assertThat(pair.a.agent.dropped(DropReason.BAD_USERNAME)).isEqualTo(1);
    }

    @Test
    void anAuthenticRequestThatIsWrongIsRefusedByTheRulesOfStun() {
        pair.signal().run(SECOND);
        StunAttribute<Boolean> future = StunAttribute.flag(0x7ABC, "FUTURE");

        byte[] unknown = requestToA().add(future, true).encodeWithIntegrityAndFingerprint(keyOfA());
        assertThat(errorCode(answers(STRANGER, unknown))).isEqualTo(420);
        byte[] withoutRole = requestToA().add(StunAttributes.PRIORITY, 1L).encodeWithIntegrityAndFingerprint(keyOfA());
        assertThat(errorCode(answers(STRANGER, withoutRole))).isEqualTo(400);
        byte[] withoutPriority =
                requestToA().add(StunAttributes.ICE_CONTROLLED, 1L).encodeWithIntegrityAndFingerprint(keyOfA());
        assertThat(errorCode(answers(STRANGER, withoutPriority))).isEqualTo(400);
        byte[] hugePriority = requestToA()
                .add(StunAttributes.PRIORITY, 1L << 31)
                .add(StunAttributes.ICE_CONTROLLED, 1L)
                .encodeWithIntegrityAndFingerprint(keyOfA());
        assertThat(errorCode(answers(STRANGER, hugePriority))).isEqualTo(400);
    }

    @Test
    void aResponseIsBelievedOnlyWithItsTransactionIdAndIntegrity() {
        pair.passes = flight -> false;
        pair.signal().run(Duration.ofMillis(10));
        TransactionId id = pendingCheckOfA();
        TransportAddress b = pair.b.box.inside();
        TransportAddress mapped = pair.a.box.inside();

        answers(b, success(new TransactionId(1, 1), mapped, keyOfB()));
        assertThat(pair.a.agent.dropped(DropReason.UNKNOWN_TRANSACTION)).isEqualTo(1);
        answers(b, success(id, mapped, keyOfA()));
        assertThat(pair.a.agent.dropped(DropReason.BAD_INTEGRITY)).isEqualTo(1);
        answers(b, success(id, mapped, null));
        assertThat(pair.a.agent.dropped(DropReason.BAD_INTEGRITY)).isEqualTo(2);
        assertThat(pair.a.selected()).isNull();

        answers(b, success(id, mapped, keyOfB()));
        assertThat(pair.a.selected()).isNotNull();
    }

    // RFC 8445 section 7.2.5.2.1
    @Test
    void anAuthenticResponseFromAnotherAddressFailsThePair() {
        pair.passes = flight -> false;
        pair.signal().run(Duration.ofMillis(10));

        answers(STRANGER, success(pendingCheckOfA(), pair.a.box.inside(), keyOfB()));

        assertThat(pair.a.agent.dropped(DropReason.WRONG_SOURCE)).isEqualTo(1);
        assertThat(pair.a.selected()).isNull();
        pair.run(Duration.ofSeconds(10));
        IceFailure failure = pair.a.events(IceOutput.Failed.class).getFirst().failure();
        assertThat(failure.cause()).isEqualTo(IceFailure.Cause.ALL_PAIRS_FAILED);
        assertThat(failure.pairs()).containsExactly(new IceFailure.PairCount(PathKind.HOST, 1, 0, 1));
    }

    @Test
    void anErrorResponseFailsThePair() {
        pair.passes = flight -> false;
        pair.signal().run(Duration.ofMillis(10));
        byte[] error = StunEncoder.of(MessageClass.ERROR_RESPONSE, StunMethod.BINDING, pendingCheckOfA())
                .add(StunAttributes.ERROR_CODE, ErrorCode.BAD_REQUEST)
                .encodeWithIntegrityAndFingerprint(keyOfB());

        answers(pair.b.box.inside(), error);

        assertThat(pair.a.agent.dropped(DropReason.ERROR_RESPONSE)).isEqualTo(1);
    }

    /** The id of the check that a has under way: it asks itself which one it awaits. */
    private TransactionId pendingCheckOfA() {
        return pair.a.sentMessages.stream()
                .map(StunMessage::transactionId)
                .filter(pair.a.agent::awaits)
                .findFirst()
                .orElseThrow();
    }

    private static byte[] success(TransactionId id, TransportAddress mapped, byte[] key) {
        StunEncoder response = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, id)
                .add(StunAttributes.XOR_MAPPED_ADDRESS, mapped);
        return key == null ? response.encodeWithFingerprint() : response.encodeWithIntegrityAndFingerprint(key);
    }

    @Test
    void checksAreSentToNoMoreThanTheBoundOfSignalledCandidates() {
        pair.signal();
        for (int i = 0; i < 100; i++) {
            pair.a.agent.addRemoteCandidate(remote(CandidateType.HOST, "198.51.100." + i + ":7000"), pair.now);
        }
        pair.run(Duration.ofSeconds(10));

        assertThat(pair.a.agent.dropped(DropReason.TOO_MANY)).isEqualTo(100 - RemoteCandidates.MAX_SIGNALLED + 1);
        assertThat(pair.a.destinations).hasSizeLessThanOrEqualTo(RemoteCandidates.MAX_SIGNALLED);
    }

    @Test
    void newChecksArePacedByTa() {
        pair.passes = flight -> false;
        for (int i = 0; i < 20; i++) {
            pair.a.agent.addRemoteCandidate(remote(CandidateType.HOST, "198.51.100." + i + ":7000"), pair.now);
        }
        pair.signal().run(Duration.ofMillis(450)); // before the first retransmission

        List<Long> times = pair.a.requestNanos;
        assertThat(times).hasSize(21);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1))
                    .isEqualTo(IceConfig.DEFAULT.pace().toNanos());
        }
    }

    @Test
    void addressesThatNoHostHasAreRefused() {
        pair.signal();
        List<String> unusable = List.of(
                "0.0.0.0:1",
                "224.0.0.1:1",
                "255.255.255.255:1",
                "[::]:1",
                "[ff02::1]:1",
                "[fe80::1]:1",
                "[::ffff:192.0.2.1]:1",
                "192.0.2.1:0");
        for (String address : unusable) {
            pair.a.agent.addRemoteCandidate(
                    new Candidate(
                            CandidateType.HOST,
                            TransportAddress.parse(address),
                            TransportAddress.parse(address),
                            1,
                            "1"),
                    pair.now);
        }
        assertThat(pair.a.agent.dropped(DropReason.BAD_ATTRIBUTE)).isEqualTo(unusable.size());
    }

    @Test
    void aSignalledLoopbackAddressIsNotCheckedFromAnotherInterface() {
        pair.a.agent.addRemoteCandidate(remote(CandidateType.HOST, "127.0.0.1:631"), pair.now);
        pair.signal().run(Duration.ofSeconds(5));

        assertThat(pair.a.destinations).containsExactly(pair.b.box.inside());
    }

    @Test
    void sourcesOfAuthenticChecksAreRememberedUpToABound() {
        pair.passes = flight -> false;
        pair.signal();
        for (int port = 1000; port < 2000; port++) {
            byte[] check = requestToA()
                    .add(StunAttributes.PRIORITY, 1L)
                    .add(StunAttributes.ICE_CONTROLLED, 1L)
                    .encodeWithIntegrityAndFingerprint(keyOfA());
            pair.inject(pair.a, pair.a.box.inside(), new TransportAddress(STRANGER.ip(), port), check);
            pair.run(Duration.ofMillis(1));
        }
        pair.run(Duration.ofSeconds(5));

        // answers went to all of them, checks only to those that there was room for, and to b
        assertThat(pair.a.destinations).hasSize(1000 + 1);
        assertThat(pair.a.checkedDestinations).hasSizeLessThanOrEqualTo(RemoteCandidates.MAX_PEER_REFLEXIVE + 1);
        assertThat(pair.a.agent.dropped(DropReason.TOO_MANY)).isPositive();
    }

    @Test
    void aPeerThatIsCheckedThroughTheRelayOnlyIsNotAnsweredElsewhere() {
        Pair relayOnly = new Pair(1, Box.of(Box.Nat.PUBLIC, 1).withRelay("192.0.2.1:50001"), Box.of(Box.Nat.PUBLIC, 2));
        relayOnly.a.agent.removeLocalCandidate(relayOnly.a.candidates.removeFirst(), relayOnly.now);
        relayOnly.signal().run(SECOND);
        IcePathTest.assertPath(relayOnly, PathKind.RELAY);
        int sent = relayOnly.a.sent;

        byte[] check = CheckMessages.request(
                new TransactionId(1, 1),
                new IceSession(Role.CONTROLLED, relayOnly.b.agent.localCredentials(), relayOnly.random),
                relayOnly.a.agent.localCredentials(),
                1,
                false);
        relayOnly.inject(relayOnly.a, relayOnly.a.box.inside(), relayOnly.b.box.inside(), check);

        assertThat(relayOnly.a.sent).isEqualTo(sent);
        assertThat(relayOnly.a.agent.dropped(DropReason.UNKNOWN_BASE)).isEqualTo(1);
    }

    @Test
    void aCheckCarriesWhatRfc8445Requires() {
        pair.signal().run(Duration.ofMillis(5));
        StunMessage check = pair.a.sentMessages.getFirst();

        assertThat(check.get(StunAttributes.USERNAME))
                .isEqualTo(pair.b.agent.localCredentials().usernameFragment() + ":"
                        + pair.a.agent.localCredentials().usernameFragment());
        assertThat(check.get(StunAttributes.PRIORITY)).isEqualTo(110L << 24 | 65_535 << 8 | 255);
        assertThat(check.has(StunAttributes.ICE_CONTROLLING)).isTrue();
        assertThat(check.has(StunAttributes.ICE_CONTROLLED)).isFalse();
        assertThat(check.has(StunAttributes.USE_CANDIDATE)).isFalse();
        assertThat(check.verifyMessageIntegrity(keyOfB())).isTrue();
        assertThat(check.fingerprintIsValid()).isTrue();
    }
}
