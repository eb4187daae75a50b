package io.rift.peer.core.secure;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.secure.HandshakeFragment;
import io.rift.protocol.secure.HandshakeType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Whatever arrives, nothing is thrown and nothing is believed. */
class SecureFuzzTest {

    /** Any datagram of the path, to both sides before and after the handshake, which goes on as if nothing had been. */
    @FuzzTest
    void datagramFromThePath(byte[] datagram) {
        HandshakePair waiting = HandshakePair.honest(HandshakePair.PERFECT, 1);
        HandshakePair established = HandshakePair.established();
        for (HandshakePair pair : List.of(waiting, established)) {
            for (HandshakePair.Side side : List.of(pair.alice, pair.bob)) {
                side.handshake.handleFragment(ByteBuffer.wrap(datagram), HandshakePair.ADDRESS, pair.nowNanos);
                assertThat(side.handshake.handlePayload(ByteBuffer.wrap(datagram)))
                        .isNull();
            }
            pair.run();
            assertThat(pair.alice.session).isNotNull();
            assertThat(pair.bob.session).isNotNull();
            assertThat(pair.alice.failure).isNull();
            assertThat(pair.bob.failure).isNull();
            assertThat(pair.alice.received).isEmpty();
            assertThat(pair.bob.received).isEmpty();
        }
    }

    /** Any message of an evil rendezvous, which has the introduction keys. The first byte chooses its type. */
    @FuzzTest
    void messageFromTheRendezvous(byte[] input) {
        if (input.length < 2) {
            return;
        }
        HandshakeType type = HandshakeType.ofCode(1 + (input[0] & 0xFF) % 3);
        byte[] message = Arrays.copyOfRange(input, 1, Math.min(input.length, 1 + HandshakeFragment.MAX_PART_BYTES));
        EvilRendezvous rendezvous = new EvilRendezvous(TestParty.alice(), TestParty.bob());
        HandshakePair pair = HandshakePair.honest(HandshakePair.PERFECT, 1);
        pair.drain();
        pair.deliver(pair.bob, rendezvous.forgeFromInitiator(type, message));
        pair.deliver(pair.alice, rendezvous.forgeFromResponder(type, message));
        pair.drain();
        assertThat(pair.alice.session).isNull();
        assertThat(pair.bob.early).isNull();
        pair.run();
        assertThat(pair.alice.session).isNotNull();
        assertThat(pair.bob.session).isNotNull();
    }

    /** Any plaintext of a peer that has the keys but not the rules. */
    @FuzzTest
    void plaintextFromThePeer(byte[] plaintext) {
        int end = Padding.bodyEnd(plaintext);
        if (end >= 0) {
            assertThat(end).isBetween(1, plaintext.length - 1);
            assertThat(plaintext[end]).isEqualTo((byte) 0x80);
        }
    }
}
