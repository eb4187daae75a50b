package io.rift.peer.core.secure;

import io.rift.protocol.PeerId;
import io.rift.protocol.secure.Capabilities;
import java.util.Arrays;
import java.util.List;

/** One of the peers that tests are about, with everything it says through the rendezvous. */
record TestParty(Identity identity, Introduction introduction) {

    static final long NOT_AFTER_SECONDS = 2_000_000_000L;
    static final long WALL_SECONDS = 1_900_000_000L;
    static final Capabilities CAPABILITIES = capabilities(0x0202, 0x0201);
    static final int ALICE_INDEX = 0xA11CE001;
    static final int BOB_INDEX = 0x0B0B0002;

    private static final TestParty ALICE = alice(CAPABILITIES);
    private static final TestParty BOB = bob(CAPABILITIES);

    /** The initiator. */
    static TestParty alice() {
        return ALICE;
    }

    static TestParty alice(Capabilities capabilities) {
        return of(1, "alice-ice-password-of-24", ALICE_INDEX, capabilities);
    }

    /** The responder. */
    static TestParty bob() {
        return BOB;
    }

    static TestParty bob(Capabilities capabilities) {
        return of(2, "bobs-ice-password-with-26c", BOB_INDEX, capabilities);
    }

    /** Somebody else with keys of her own, who sits where {@code other} should. */
    static TestParty mallory(TestParty other) {
        return of(3, other.introduction.icePassword(), other.introduction.receiverIndex(), CAPABILITIES);
    }

    private static TestParty of(int seed, String password, int index, Capabilities capabilities) {
        Identity identity = Identity.fromSeed(filled(seed, Identity.SEED_BYTES));
        SignedCapabilities signed = SignedCapabilities.sign(capabilities, identity);
        byte[] nonce = filled(0x10 + seed, Introduction.NONCE_BYTES);
        return new TestParty(identity, new Introduction(signed, nonce, password, index));
    }

    PeerId peerId() {
        return identity.peerId();
    }

    /** What this party knows when it is introduced to another. */
    HandshakeContext toward(TestParty other) {
        return toward(other.introduction);
    }

    HandshakeContext toward(Introduction other) {
        return HandshakeContext.of(session(), identity, introduction, other);
    }

    static byte[] session() {
        return filled(0x55, HandshakeContext.SESSION_BYTES);
    }

    static Capabilities capabilities(Integer... suites) {
        return new Capabilities(2, 2, List.of(suites), 0, NOT_AFTER_SECONDS);
    }

    static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
