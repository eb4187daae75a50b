package io.rift.peer.core.secure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.secure.HandshakeType;
import io.rift.protocol.secure.KeyInit;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HandshakeChannelTest {

    private final DropCounters drops = new DropCounters();
    private final HandshakeChannel alice =
            channel(TestParty.alice(), TestParty.bob(), Role.INITIATOR, new DropCounters());
    private final HandshakeChannel bob = channel(TestParty.bob(), TestParty.alice(), Role.RESPONDER, drops);
    private final byte[] large = random(KeyInit.HYBRID_BYTES);

    @Test
    void aMessageThatFitsOneDatagramComesInOne() {
        byte[] message = random(1164);
        List<byte[]> datagrams = seal(0, message);
        assertThat(datagrams).hasSize(1);
        assertThat(datagrams.getFirst()).hasSize(1200);
        assertThat(open(datagrams.getFirst())).isEqualTo(message);
    }

    @Test
    void aLongerMessageComesInTwoDatagramsInAnyOrder() {
        List<byte[]> datagrams = seal(0, large);
        assertThat(datagrams).extracting(datagram -> datagram.length).containsExactly(1200, 36 + 1372 - 1164);
        assertThat(open(datagrams.get(0))).isNull();
        assertThat(open(datagrams.get(1))).isEqualTo(large);
        assertThat(open(datagrams.get(1))).isNull();
        assertThat(open(datagrams.get(0))).isEqualTo(large);
        assertThat(drops.snapshot()).isEmpty();
    }

    @Test
    void aRepeatedPartIsNoSecondOne() {
        List<byte[]> datagrams = seal(0, large);
        assertThat(open(datagrams.get(0))).isNull();
        assertThat(open(datagrams.get(0))).isNull();
        assertThat(open(datagrams.get(1))).isEqualTo(large);
    }

    @Test
    void partsOfDifferentAttemptsAreNeverPutTogether() {
        List<byte[]> first = seal(1, large);
        List<byte[]> second = seal(2, random(KeyInit.HYBRID_BYTES));
        assertThat(open(first.get(0))).isNull();
        assertThat(open(second.get(1))).isNull();
        assertThat(open(first.get(1))).isNull();
        assertThat(open(first.get(0))).isEqualTo(large);
    }

    @Test
    void partsOfDifferentTypesAreNeverPutTogether() {
        List<byte[]> init = seal(0, large);
        List<byte[]> confirm = alice.seal(HandshakeType.KEY_CONFIRM, 0, TestParty.BOB_INDEX, large);
        assertThat(open(init.get(0))).isNull();
        assertThat(open(confirm.get(1))).isNull();
    }

    @Test
    void whatWasSealedWithAnotherIntroductionKeyIsDropped() {
        // A reflected datagram, and one of a peer that knows other passwords.
        HandshakeChannel bobs = channel(TestParty.bob(), TestParty.alice(), Role.RESPONDER, new DropCounters());
        List<byte[]> reflected = bobs.seal(HandshakeType.KEY_RESP, 0, TestParty.BOB_INDEX, random(50));
        assertThat(open(reflected.getFirst())).isNull();

        Introduction b = TestParty.bob().introduction();
        HandshakeContext otherPassword = TestParty.alice()
                .toward(new Introduction(b.capabilities(), b.nonce(), "another password", b.receiverIndex()));
        HandshakeChannel stranger =
                new HandshakeChannel(otherPassword, Role.INITIATOR, new SplittableRandom(1), new DropCounters());
        assertThat(open(stranger.seal(HandshakeType.KEY_INIT, 0, TestParty.BOB_INDEX, random(50))
                        .getFirst()))
                .isNull();
        assertThat(drops.of(DropReason.NOT_INTRODUCED)).isEqualTo(2);
    }

    @Test
    void anotherReceiverIndexIsDroppedBeforeAnyDecryption() {
        assertThat(open(alice.seal(HandshakeType.KEY_INIT, 0, 12345, random(50)).getFirst()))
                .isNull();
        assertThat(drops.of(DropReason.WRONG_INDEX)).isEqualTo(1);
    }

    @Test
    void identitiesDoNotShowOnThePath() {
        HandshakePair pair = HandshakePair.established();
        String alicesId = new String(TestParty.alice().peerId().bytes(), ISO_8859_1);
        String bobsId = new String(TestParty.bob().peerId().bytes(), ISO_8859_1);
        for (byte[] datagram : pair.alice.sent) {
            assertThat(new String(datagram, ISO_8859_1)).doesNotContain(alicesId, bobsId);
        }
        for (byte[] datagram : pair.bob.sent) {
            assertThat(new String(datagram, ISO_8859_1)).doesNotContain(alicesId, bobsId);
        }
    }

    private List<byte[]> seal(int attempt, byte[] message) {
        return alice.seal(HandshakeType.KEY_INIT, attempt, TestParty.BOB_INDEX, message);
    }

    private byte[] open(byte[] datagram) {
        HandshakeChannel.Message message = bob.open(ByteBuffer.wrap(datagram));
        return message == null ? null : message.bytes();
    }

    private static HandshakeChannel channel(TestParty local, TestParty remote, Role role, DropCounters drops) {
        return new HandshakeChannel(local.toward(remote), role, new SplittableRandom(1), drops);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }
}
