package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.TestParty.NOT_AFTER_SECONDS;
import static io.rift.peer.core.secure.TestParty.WALL_SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.PeerId;
import io.rift.protocol.secure.Capabilities;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignedCapabilitiesTest {

    private final SignedCapabilities signed = TestParty.bob().introduction().capabilities();
    private final PeerId bob = TestParty.bob().peerId();

    @Test
    void whatAPeerSignedIsAcceptedUntilItsTimeIsOver() {
        assertThat(verify(signed.encoded(), NOT_AFTER_SECONDS)).isNotNull();
        assertThat(verify(signed.encoded(), NOT_AFTER_SECONDS + 1)).isNull();
    }

    @Test
    void anyFlippedBitIsRefused() {
        byte[] encoded = signed.encoded();
        byte[] signature = signed.signature();
        for (int bit = 0; bit < 8 * (encoded.length + signature.length); bit++) {
            byte[] all = Arrays.copyOf(encoded, encoded.length + signature.length);
            System.arraycopy(signature, 0, all, encoded.length, signature.length);
            all[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(SignedCapabilities.verify(
                            Arrays.copyOf(all, encoded.length),
                            Arrays.copyOfRange(all, encoded.length, all.length),
                            bob,
                            WALL_SECONDS))
                    .as("bit %d", bit)
                    .isNull();
        }
    }

    @Test
    void aStrippedSuiteIsRefused() {
        Capabilities stripped = new Capabilities(2, 2, List.of(0x0201), 0, NOT_AFTER_SECONDS);
        assertThat(verify(stripped.encode(), WALL_SECONDS)).isNull();
    }

    @Test
    void missingCapabilitiesOrSignaturesAreRefused() {
        assertThat(SignedCapabilities.verify(new byte[0], signed.signature(), bob, WALL_SECONDS))
                .isNull();
        assertThat(SignedCapabilities.verify(signed.encoded(), new byte[0], bob, WALL_SECONDS))
                .isNull();
        assertThat(SignedCapabilities.verify(signed.encoded(), new byte[64], bob, WALL_SECONDS))
                .isNull();
    }

    @Test
    void theSignatureOfAnotherPeerIsRefused() {
        assertThat(SignedCapabilities.verify(
                        signed.encoded(), signed.signature(), TestParty.alice().peerId(), WALL_SECONDS))
                .isNull();
    }

    @Test
    void aSignatureForAnotherPurposeIsRefused() {
        byte[] plain = TestParty.bob().identity().sign(signed.encoded());
        byte[] other = SignatureContext.KEY_INIT.sign(TestParty.bob().identity(), signed.encoded());
        assertThat(SignedCapabilities.verify(signed.encoded(), plain, bob, WALL_SECONDS))
                .isNull();
        assertThat(SignedCapabilities.verify(signed.encoded(), other, bob, WALL_SECONDS))
                .isNull();
    }

    @Test
    void theCapabilitiesOfThisVersionOfferBothClassicalSuites() {
        Capabilities current = SignedCapabilities.current(TestParty.bob().identity(), NOT_AFTER_SECONDS)
                .capabilities();
        assertThat(current).isEqualTo(new Capabilities(2, 2, List.of(0x0202, 0x0201), 0, NOT_AFTER_SECONDS));
    }

    private SignedCapabilities verify(byte[] encoded, long wallSeconds) {
        return SignedCapabilities.verify(encoded, signed.signature(), bob, wallSeconds);
    }
}
