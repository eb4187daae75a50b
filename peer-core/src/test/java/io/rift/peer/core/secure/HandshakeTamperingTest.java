package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.HandshakePair.PERFECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.secure.HandshakeType;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flips every single bit of the handshake, once on the path and once behind the introduction key. */
class HandshakeTamperingTest {

    private static final int ALICE_KEY_INIT = 0;
    private static final int ALICE_KEY_CONFIRM = 1;

    private final EvilRendezvous rendezvous = new EvilRendezvous(TestParty.alice(), TestParty.bob());

    /** Bob has answered; Alice has not heard of it. */
    private static HandshakePair withKeyInitDelivered() {
        HandshakePair pair = HandshakePair.honest(PERFECT, 3);
        pair.drain();
        pair.deliver(pair.bob, pair.alice.sent.get(ALICE_KEY_INIT));
        pair.drain();
        return pair;
    }

    /** Alice is established, Bob waits for KeyConfirm. */
    private static HandshakePair withKeyRespDelivered() {
        HandshakePair pair = withKeyInitDelivered();
        pair.deliver(pair.alice, pair.bob.sent.getFirst());
        pair.drain();
        return pair;
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0201, 0x0202})
    void anyFlippedBitOfAnyDatagramOnThePathIsDroppedAndTheUntouchedOneStillServes(int suite) {
        var capabilities = TestParty.capabilities(suite);
        HandshakePair pair =
                HandshakePair.between(TestParty.alice(capabilities), TestParty.bob(capabilities), PERFECT, 3);
        pair.drain();

        flipEveryBit(pair, pair.bob, pair.alice.sent.get(ALICE_KEY_INIT));
        assertThat(pair.bob.sent).isEmpty();
        pair.deliver(pair.bob, pair.alice.sent.get(ALICE_KEY_INIT));
        pair.drain();

        flipEveryBit(pair, pair.alice, pair.bob.sent.getFirst());
        assertThat(pair.alice.session).isNull();
        pair.deliver(pair.alice, pair.bob.sent.getFirst());
        pair.drain();
        assertThat(pair.alice.session).isNotNull();

        flipEveryBit(pair, pair.bob, pair.alice.sent.get(ALICE_KEY_CONFIRM));
        assertThat(pair.bob.session).isNull();
        pair.deliver(pair.bob, pair.alice.sent.get(ALICE_KEY_CONFIRM));
        pair.drain();
        assertThat(pair.bob.session).isNotNull();
    }

    @Test
    void bobAnswersNoKeyInitInWhichTheRendezvousFlippedABit() {
        HandshakePair original = HandshakePair.honest(PERFECT, 3);
        original.drain();
        byte[] keyInit = rendezvous.readFromInitiator(original.alice.sent.get(ALICE_KEY_INIT));

        for (int bit = 0; bit < 8 * keyInit.length; bit++) {
            HandshakePair pair = HandshakePair.honest(PERFECT, 3);
            pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_INIT, flip(keyInit, bit)));
            pair.drain();
            assertThat(pair.bob.sent).as("bit %d", bit).isEmpty();
            assertThat(pair.bob.early).as("bit %d", bit).isNull();
        }
        HandshakePair untouched = HandshakePair.honest(PERFECT, 3);
        untouched.deliver(untouched.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_INIT, keyInit));
        untouched.drain();
        assertThat(untouched.bob.early).isNotNull();
    }

    @Test
    void aliceAcceptsNoKeyRespInWhichTheRendezvousFlippedABit() {
        HandshakePair original = withKeyInitDelivered();
        byte[] keyResp = rendezvous.readFromResponder(original.bob.sent.getFirst());

        for (int bit = 0; bit < 8 * keyResp.length; bit++) {
            HandshakePair pair = HandshakePair.honest(PERFECT, 3);
            pair.deliver(pair.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, flip(keyResp, bit)));
            pair.drain();
            assertThat(pair.alice.session).as("bit %d", bit).isNull();
        }
        HandshakePair untouched = HandshakePair.honest(PERFECT, 3);
        untouched.deliver(untouched.alice, rendezvous.forgeFromResponder(HandshakeType.KEY_RESP, keyResp));
        untouched.drain();
        assertThat(untouched.alice.session).isNotNull();
    }

    @Test
    void bobAcceptsNoKeyConfirmInWhichTheRendezvousFlippedABit() {
        byte[] keyConfirm =
                rendezvous.readFromInitiator(withKeyRespDelivered().alice.sent.get(ALICE_KEY_CONFIRM));

        for (int bit = 0; bit < 8 * keyConfirm.length; bit++) {
            HandshakePair pair = withKeyInitDelivered();
            pair.deliver(pair.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_CONFIRM, flip(keyConfirm, bit)));
            pair.drain();
            assertThat(pair.bob.session).as("bit %d", bit).isNull();
        }
        HandshakePair untouched = withKeyInitDelivered();
        untouched.deliver(untouched.bob, rendezvous.forgeFromInitiator(HandshakeType.KEY_CONFIRM, keyConfirm));
        untouched.drain();
        assertThat(untouched.bob.session).isNotNull();
    }

    private static void flipEveryBit(HandshakePair pair, HandshakePair.Side to, byte[] datagram) {
        for (int bit = 0; bit < 8 * datagram.length; bit++) {
            byte[] flipped = flip(datagram, bit);
            to.handshake.handleFragment(ByteBuffer.wrap(flipped), HandshakePair.ADDRESS, pair.nowNanos);
            pair.drain();
        }
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }
}
