package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.TestParty.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.secure.AeadAlgorithm;
import io.rift.protocol.secure.EncryptedPayload;
import io.rift.protocol.secure.PayloadKind;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealingKeyTest {

    @Test
    void theCounterStartsAtZeroAndOnlyGoesUp() {
        SealingKey key = key(0);
        for (int i = 0; i < 100; i++) {
            assertThat(EncryptedPayload.parse(key.seal(0, 7, 0, 1, new byte[0])).sequence())
                    .isEqualTo(i);
        }
        assertThat(key.remainingPackets()).isEqualTo((1L << 24) - 100);
    }

    @Test
    void theLastPacketOfAKeyIsSealedAndTheNextOneRefused() {
        SealingKey key = key(SealingKey.MAX_PACKETS - 1);
        assertThat(key.remainingPackets()).isEqualTo(1);
        key.seal(0, 7, 0, 1, new byte[0]);

        assertThat(key.remainingPackets()).isZero();
        assertThatThrownBy(() -> key.seal(0, 7, 0, 1, new byte[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("used up");
    }

    @Test
    void nothingIsSealedWithAKeyThatWasOverwritten() {
        SealingKey key = key(0);
        key.close();
        assertThatThrownBy(() -> key.seal(0, 7, 0, 1, new byte[0])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theNonceIsTheIvWithTimestampAndSequenceMixedIn() {
        byte[] iv = HexFormat.of().parseHex("000102030405060708090a0b");
        assertThat(PayloadNonce.of(iv, 0xFFFFFFFF, 0x0102030405060708L))
                .isEqualTo(HexFormat.of().parseHex("fffefdfc050705030d0f0d03"));
    }

    private static SealingKey key(long firstSequence) {
        return new SealingKey(
                PayloadKind.BULK, new Aead(AeadAlgorithm.AES_256_GCM, filled(1, 32)), filled(2, 12), firstSequence);
    }
}
