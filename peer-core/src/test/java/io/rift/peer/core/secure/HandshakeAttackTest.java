package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.HandshakePair.PERFECT;
import static io.rift.peer.core.secure.TestParty.filled;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.secure.AeadAlgorithm;
import io.rift.protocol.secure.Capabilities;
import io.rift.protocol.secure.DowngradeSentinel;
import io.rift.protocol.secure.HandshakeType;
import io.rift.protocol.secure.KeyConfirm;
import io.rift.protocol.secure.KeyInit;
import io.rift.protocol.secure.KeyResp;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rendezvous that is not on our side can try. Every one of these has to end without a session. */
class HandshakeAttackTest {

    private final TestParty alice = TestParty.alice();
    private final TestParty bob = TestParty.bob();
    private final EvilRendezvous rendezvous = new EvilRendezvous(alice, bob);

    @Test
    void aRendezvousThatGivesEachPeerItsOwnIdentityMakesTheConnectionFail() {
        // Bob believes to talk to Mallory; Alice dialled Bob's id and accepts nobody else.
        TestParty mallory = TestParty.mallory(bob);
        HandshakePair pair =
                new HandshakePair(alice.toward(bob), mallory.toward(alice), PERFECT, new SplittableRandom(1));
        pair.run();

        assertThat(pair.alice.session).isNull();
        assertThat(pair.bob.session).isNull();
        assertThat(pair.alice.failure).isNotNull();
    }

    @Test
    void aResponderWithAnotherIdentityIsRefusedThoughAllElseFits() {
        // Mallory answers with a transcript that names Bob, which it can compute, but with its own identity in the box.
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        TestParty mallory = TestParty.mallory(bob);
        KeyInit keyInit = KeyInit.parse(rendezvous.readFromInitiator(pair.alice.sent.getFirst()));
        byte[] keyResp = forgeKeyResp(keyInit, mallory.identity(), 2, Suite.X25519_AES_256_GCM, filled(4, 16));
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, keyResp));
        pair.drain();

        assertThat(pair.alice.session).isNull();
        assertThat(pair.alice.handshake.drops().of(DropReason.WRONG_IDENTITY)).isEqualTo(1);
    }

    @Test
    void theForgingHelperOfTheseTestsWouldBeAcceptedIfItHadBobsKey() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        KeyInit keyInit = KeyInit.parse(rendezvous.readFromInitiator(pair.alice.sent.getFirst()));
        byte[] keyResp = forgeKeyResp(keyInit, bob.identity(), 2, Suite.X25519_AES_256_GCM, filled(4, 16));
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, keyResp));
        pair.drain();

        assertThat(pair.alice.session).isNotNull();
    }

    @Test
    void aKeyRespWithAWrongSignatureOrMacIsRefusedThoughItsBoxOpens() {
        for (String flaw : List.of("signature", "mac")) {
            HandshakePair pair = HandshakePair.honest(PERFECT, 1);
            pair.drain();
            KeyInit keyInit = KeyInit.parse(rendezvous.readFromInitiator(pair.alice.sent.getFirst()));
            byte[] keyResp = forgeKeyResp(keyInit, bob.identity(), 2, Suite.X25519_AES_256_GCM, filled(4, 16), flaw);
            pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, keyResp));
            pair.drain();

            assertThat(pair.alice.session).as(flaw).isNull();
            assertThat(pair.alice.handshake.drops().of(DropReason.NOT_AUTHENTIC))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"none, true", "signer, false", "mac, false", "algorithm, false", "index, false"})
    void aKeyConfirmWithAnyPartWrongIsRefusedThoughItsBoxOpens(String flaw, boolean accepted) {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        EphemeralKey ephemeral = new EphemeralKey(new SplittableRandom(5));
        byte[] keyInit = keyInit(alice.identity(), ephemeral.publicKey());
        pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_INIT, keyInit));
        pair.drain();
        KeyResp keyResp = KeyResp.parse(rendezvous.readFromResponder(pair.bob.sent.getFirst()));

        Transcript transcript = Transcript.begin(alice.toward(bob), Role.INITIATOR);
        transcript.add(KeyInit.parse(keyInit).unsignedPart());
        transcript.add(KeyInit.parse(keyInit).signature());
        byte[] th2 = transcript.add(keyResp.unboxedPart());
        byte[] th3 = transcript.add(keyResp.box());
        KeySchedule keys = new KeySchedule(AeadAlgorithm.AES_256_GCM, null, ephemeral.agree(keyResp.x25519Key()), th2);
        TestParty signer = flaw.equals("signer") ? TestParty.mallory(alice) : alice;
        AeadAlgorithm algorithm =
                flaw.equals("algorithm") ? AeadAlgorithm.CHACHA20_POLY1305 : AeadAlgorithm.AES_256_GCM;
        byte[] signature = SignatureContext.KEY_CONFIRM.sign(signer.identity(), th3);
        byte[] finished = keys.finished(Role.INITIATOR, th3, new byte[] {(byte) algorithm.code()}, signature);
        if (flaw.equals("mac")) {
            finished[0] ^= 1;
        }
        byte[] proof = KeyConfirm.Proof.encode(algorithm, signature, finished);
        byte[] keyConfirm = KeyConfirm.encode(
                flaw.equals("index") ? 12345 : TestParty.BOB_INDEX, keys.sealBox(Role.INITIATOR, th3, proof));
        pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_CONFIRM, keyConfirm));
        pair.drain();

        assertThat(pair.bob.session != null).isEqualTo(accepted);
        assertThat(pair.bob.handshake.drops().of(DropReason.NOT_AUTHENTIC)).isEqualTo(accepted ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"none, true", "suites, false", "versions, false", "session, false", "epoch, false"})
    void aKeyInitThatAliceSignedButThatIsNotWhatSheIntroducedIsRefused(String flaw, boolean accepted) {
        Capabilities introduced = TestParty.CAPABILITIES;
        Capabilities offer = switch (flaw) {
            case "suites" -> TestParty.capabilities(0x0202);
            case "versions" -> new Capabilities(1, 2, introduced.suites(), 0, 0);
            default -> introduced;
        };
        byte[] session = flaw.equals("session") ? filled(0x66, 32) : TestParty.session();
        byte[] keyShare = new EphemeralKey(new SplittableRandom(5)).publicKey();
        byte[] keyInit = keyInit(alice.identity(), offer, session, flaw.equals("epoch") ? 1 : 0, keyShare);
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_INIT, keyInit));
        pair.drain();

        assertThat(pair.bob.early != null).isEqualTo(accepted);
        assertThat(pair.bob.handshake.drops().of(DropReason.NOT_NEGOTIATED)).isEqualTo(accepted ? 0 : 1);
    }

    @Test
    void aKeyRespForAnotherHandshakeIsRefused() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        KeyInit keyInit = KeyInit.parse(rendezvous.readFromInitiator(pair.alice.sent.getFirst()));
        byte[] keyResp = forgeKeyResp(keyInit, bob.identity(), 2, Suite.X25519_AES_256_GCM, filled(4, 16), "index");
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, keyResp));
        assertThat(pair.alice.handshake.drops().of(DropReason.WRONG_INDEX)).isEqualTo(1);

        byte[] good = forgeKeyResp(keyInit, bob.identity(), 2, Suite.X25519_AES_256_GCM, filled(4, 16));
        HandshakeChannel channel =
                new HandshakeChannel(bob.toward(alice), Role.RESPONDER, new SplittableRandom(2), new DropCounters());
        int otherAttempt = 1;
        pair.deliver(
                pair.alice,
                channel.seal(HandshakeType.KEY_RESP, otherAttempt, TestParty.ALICE_INDEX, good)
                        .getFirst());
        assertThat(pair.alice.handshake.drops().of(DropReason.UNEXPECTED)).isEqualTo(1);
        pair.drain();
        assertThat(pair.alice.session).isNull();
    }

    @Test
    void aKeyInitOfAnotherIdentityIsRefused() {
        TestParty mallory = TestParty.mallory(alice);
        HandshakePair pair =
                new HandshakePair(mallory.toward(bob), bob.toward(alice), PERFECT, new SplittableRandom(1));
        pair.run();

        assertThat(pair.bob.early).isNull();
        assertThat(pair.bob.handshake.drops().of(DropReason.WRONG_IDENTITY)).isPositive();
    }

    @Test
    void aKeyInitSignedByAnotherIdentityIsRefused() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        byte[] keyInit =
                keyInit(TestParty.mallory(alice).identity(), new EphemeralKey(new SplittableRandom(1)).publicKey());
        pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_INIT, keyInit));
        pair.drain();

        assertThat(pair.bob.sent).isEmpty();
        assertThat(pair.bob.handshake.drops().of(DropReason.NOT_AUTHENTIC)).isEqualTo(1);
    }

    @Test
    void olderCapabilitiesThatThePeerOnceSignedDoNotFitTheTranscript() {
        // The rendezvous keeps what Bob signed when he knew only ChaCha20-Poly1305, and gives that to Alice.
        TestParty formerBob = TestParty.bob(TestParty.capabilities(0x0201));
        HandshakePair pair =
                new HandshakePair(alice.toward(formerBob), bob.toward(alice), PERFECT, new SplittableRandom(1));
        pair.run();

        assertThat(pair.alice.session).isNull();
        assertThat(pair.bob.session).isNull();
        assertThat(pair.alice.failure).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonce of A", "nonce of B", "password", "session"})
    void whateverElseTheRendezvousChangesInTheIntroductionsMakesTheConnectionFail(String what) {
        Introduction a = alice.introduction();
        Introduction b = bob.introduction();
        byte[] nonce = filled(0x77, Introduction.NONCE_BYTES);
        HandshakeContext changed = switch (what) {
            case "nonce of A" ->
                bob.toward(new Introduction(a.capabilities(), nonce, a.icePassword(), a.receiverIndex()));
            case "nonce of B" ->
                HandshakeContext.of(
                        TestParty.session(),
                        bob.identity(),
                        new Introduction(b.capabilities(), nonce, b.icePassword(), b.receiverIndex()),
                        a);
            case "password" ->
                bob.toward(new Introduction(a.capabilities(), a.nonce(), "another password", a.receiverIndex()));
            default -> HandshakeContext.of(filled(0x66, 32), bob.identity(), b, a);
        };
        HandshakePair pair = new HandshakePair(alice.toward(bob), changed, PERFECT, new SplittableRandom(1));
        pair.run();

        assertThat(pair.alice.session).isNull();
        assertThat(pair.bob.session).isNull();
        assertThat(pair.alice.failure).isNotNull();
    }

    @Test
    void aKeyInitOfAnEarlierAttemptIsNotAnsweredAgain() {
        // The session is the same and so are the passwords; only Bob's nonce is new, as it is in each attempt.
        HandshakePair earlier = HandshakePair.honest(PERFECT, 1);
        earlier.run();
        Introduction b = bob.introduction();
        HandshakeContext again = HandshakeContext.of(
                TestParty.session(),
                bob.identity(),
                new Introduction(b.capabilities(), filled(0x44, 16), b.icePassword(), b.receiverIndex()),
                alice.introduction());
        HandshakePair pair = new HandshakePair(alice.toward(bob), again, PERFECT, new SplittableRandom(2));
        pair.deliver(pair.bob, earlier.alice.sent.getFirst());
        pair.drain();

        assertThat(pair.bob.sent).isEmpty();
        assertThat(pair.bob.early).isNull();
        assertThat(pair.bob.handshake.drops().of(DropReason.NOT_AUTHENTIC)).isEqualTo(1);
    }

    /** The points of small order on Curve25519 and its twist, https://cr.yp.to/ecdh.html#validate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void aKeyShareOfSmallOrderIsRefusedByBothSides(String point) {
        byte[] keyShare = HexFormat.of().parseHex(point);
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();

        byte[] keyInit = keyInit(alice.identity(), keyShare);
        pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_INIT, keyInit));
        pair.drain();
        assertThat(pair.bob.early).isNull();
        assertThat(pair.bob.handshake.drops().of(DropReason.BAD_KEY_SHARE)).isEqualTo(1);

        byte[] unboxed = KeyResp.encodeUnboxed(
                2, Suite.X25519_AES_256_GCM, TestParty.BOB_INDEX, TestParty.ALICE_INDEX, filled(4, 16), keyShare, null);
        byte[] keyResp = KeyResp.encode(unboxed, new byte[144]);
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, keyResp));
        pair.drain();
        assertThat(pair.alice.session).isNull();
        assertThat(pair.alice.handshake.drops().of(DropReason.BAD_KEY_SHARE)).isEqualTo(1);
    }

    @Test
    void aSuiteOrVersionThatTheCapabilitiesDoNotLeadToIsRefusedEvenIfBobSignsIt() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        KeyInit keyInit = KeyInit.parse(rendezvous.readFromInitiator(pair.alice.sent.getFirst()));
        byte[] weaker = forgeKeyResp(keyInit, bob.identity(), 2, Suite.X25519_CHACHA20_POLY1305, filled(4, 16));
        byte[] older = forgeKeyResp(keyInit, bob.identity(), 1, Suite.X25519_AES_256_GCM, filled(4, 16));
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, weaker));
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, older));
        pair.drain();

        assertThat(pair.alice.session).isNull();
        assertThat(pair.alice.handshake.drops().of(DropReason.NOT_NEGOTIATED)).isEqualTo(2);
    }

    @Test
    void anInitiatorThatKnowsAHigherVersionHeedsTheSentinel() {
        Capabilities newer = new Capabilities(2, 3, List.of(0x0202), 0, TestParty.NOT_AFTER_SECONDS);
        byte[] marked = filled(4, KeyResp.NONCE_BYTES);
        DowngradeSentinel.mark(marked);
        RandomGenerator bobsRandom = new ScriptedRandom(filled(5, 32), marked, filled(6, 12));
        Handshake initiator = Handshake.initiate(TestParty.alice(newer).toward(bob), 0, new SplittableRandom(1), 0);
        Handshake responder = Handshake.respond(bob.toward(TestParty.alice(newer)), new HandshakeLimits(), bobsRandom);

        responder.handleFragment(transmitted(initiator), HandshakePair.ADDRESS, 0);
        initiator.handleFragment(transmitted(responder), HandshakePair.ADDRESS, 0);
        assertThat(initiator.poll()).isNull();
        assertThat(initiator.drops().of(DropReason.DOWNGRADED)).isEqualTo(1);
    }

    @Test
    void aResponderThatKnowsAHigherVersionSetsTheSentinel() {
        Capabilities newer = new Capabilities(2, 3, List.of(0x0202), 0, TestParty.NOT_AFTER_SECONDS);
        HandshakePair pair = HandshakePair.between(alice, TestParty.bob(newer), PERFECT, 1);
        pair.run();

        KeyResp keyResp = KeyResp.parse(rendezvous.readFromResponder(pair.bob.sent.getFirst()));
        assertThat(DowngradeSentinel.isMarked(keyResp.nonce())).isTrue();
        // Alice knows nothing higher herself, so to her it is a nonce like any other.
        assertThat(pair.alice.session).isNotNull();
    }

    @Test
    void afterAFewBadAnswersTheHandshakeFailsInsteadOfWorkingForTheAttacker() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        for (int i = 0; i < 10; i++) {
            byte[] junk = filled(i, KeyResp.CLASSICAL_BYTES);
            pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, junk));
        }
        pair.drain();

        assertThat(pair.alice.failure).isEqualTo(HandshakeFailure.NOT_AUTHENTIC);
        assertThat(pair.alice.handshake.drops().of(DropReason.CLOSED)).isEqualTo(10 - Handshake.MAX_BAD_MESSAGES);
    }

    @Test
    void junkFromThePathNeverEndsAHandshake() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 1);
        pair.drain();
        byte[] junk = pair.alice.sent.getFirst().clone();
        junk[30] ^= 1;
        for (int i = 0; i < 1000; i++) {
            pair.deliver(pair.bob, junk);
        }
        pair.run();

        assertThat(pair.alice.session).isNotNull();
        assertThat(pair.bob.session).isNotNull();
        assertThat(pair.bob.handshake.drops().of(DropReason.NOT_INTRODUCED)).isEqualTo(1000);
    }

    @Test
    void aHybridKeyInitInTwoFragmentsGetsAClassicalAnswerFromAPeerThatKnowsNoMore() {
        // A later version offers ML-KEM-768 first; the layout has room for it and this version must not mind.
        TestParty newerAlice = TestParty.alice(TestParty.capabilities(0x0212, 0x0202));
        byte[] unsigned = KeyInit.encodeUnsigned(
                newerAlice.introduction().capabilities().capabilities(),
                TestParty.ALICE_INDEX,
                TestParty.session(),
                0,
                new EphemeralKey(new SplittableRandom(1)).publicKey(),
                filled(3, KeyInit.MLKEM768_KEY_BYTES),
                newerAlice.peerId());
        byte[] th1 = Transcript.begin(newerAlice.toward(bob), Role.INITIATOR).add(unsigned);
        byte[] keyInit = KeyInit.encode(unsigned, SignatureContext.KEY_INIT.sign(newerAlice.identity(), th1));
        HandshakeChannel channel = new HandshakeChannel(
                newerAlice.toward(bob), Role.INITIATOR, new SplittableRandom(2), new DropCounters());
        List<byte[]> fragments = channel.seal(HandshakeType.KEY_INIT, 0, TestParty.BOB_INDEX, keyInit);
        Handshake responder = Handshake.respond(bob.toward(newerAlice), new HandshakeLimits(), new SplittableRandom(3));

        assertThat(fragments).hasSize(2).allMatch(fragment -> fragment.length <= 1200);
        responder.handleFragment(ByteBuffer.wrap(fragments.get(1)), HandshakePair.ADDRESS, 0);
        assertThat(responder.poll()).isNull();
        responder.handleFragment(ByteBuffer.wrap(fragments.get(0)), HandshakePair.ADDRESS, 0);
        KeyResp keyResp = KeyResp.parse(channel.open(transmitted(responder)).bytes());
        assertThat(keyResp.suiteCode()).isEqualTo(0x0202);
        assertThat(keyResp.mlkemCiphertext()).isNull();
    }

    /** A KeyInit over the transcript of Alice and Bob, but by anyone and with any key share. */
    private byte[] keyInit(Identity signer, byte[] keyShare) {
        return keyInit(signer, TestParty.CAPABILITIES, TestParty.session(), 0, keyShare);
    }

    private byte[] keyInit(Identity signer, Capabilities offer, byte[] session, int epoch, byte[] keyShare) {
        byte[] unsigned =
                KeyInit.encodeUnsigned(offer, TestParty.ALICE_INDEX, session, epoch, keyShare, null, alice.peerId());
        byte[] th1 = Transcript.begin(alice.toward(bob), Role.INITIATOR).add(unsigned);
        return KeyInit.encode(unsigned, SignatureContext.KEY_INIT.sign(signer, th1));
    }

    /** An answer over the transcript of Alice and Bob, but by anyone and with any choice. */
    private byte[] forgeKeyResp(KeyInit keyInit, Identity responder, int version, Suite suite, byte[] nonce) {
        return forgeKeyResp(keyInit, responder, version, suite, nonce, "none");
    }

    private byte[] forgeKeyResp(
            KeyInit keyInit, Identity responder, int version, Suite suite, byte[] nonce, String flaw) {
        EphemeralKey ephemeral = new EphemeralKey(new SplittableRandom(9));
        Transcript transcript = Transcript.begin(alice.toward(bob), Role.INITIATOR);
        transcript.add(keyInit.unsignedPart());
        transcript.add(keyInit.signature());
        byte[] unboxed = KeyResp.encodeUnboxed(
                version,
                suite,
                TestParty.BOB_INDEX,
                flaw.equals("index") ? 12345 : TestParty.ALICE_INDEX,
                nonce,
                ephemeral.publicKey(),
                null);
        byte[] th2 = transcript.add(unboxed);
        KeySchedule keys = new KeySchedule(suite.aead(), null, ephemeral.agree(keyInit.x25519Key()), th2);
        byte[] id = responder.peerId().bytes();
        byte[] signature = SignatureContext.KEY_RESP.sign(responder, th2);
        signature[0] ^= (byte) (flaw.equals("signature") ? 1 : 0);
        byte[] finished = keys.finished(Role.RESPONDER, th2, id, signature);
        finished[0] ^= (byte) (flaw.equals("mac") ? 1 : 0);
        byte[] proof = KeyResp.Proof.encode(responder.peerId(), signature, finished);
        return KeyResp.encode(unboxed, keys.sealBox(Role.RESPONDER, th2, proof));
    }

    private static ByteBuffer transmitted(Handshake handshake) {
        return ((HandshakeOutput.Transmit) handshake.poll()).datagram();
    }
}
