package io.rift.peer.core.secure;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.PeerId;
import io.rift.protocol.secure.AeadAlgorithm;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The building blocks against the vectors of the documents that define them. */
class PrimitivesTest {

    @ParameterizedTest
    @CsvSource({
        // RFC 8032 section 7.1, tests 1 and 2
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,"
                + "'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,"
                + "72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
                + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    })
    void ed25519AsInRfc8032(String seed, String publicKey, String message, String signature) {
        Identity identity = Identity.fromSeed(hex(seed));
        assertThat(identity.peerId()).isEqualTo(PeerId.of(hex(publicKey)));
        assertThat(identity.sign(hex(message))).isEqualTo(hex(signature));
        assertThat(Identity.verify(identity.peerId(), hex(message), hex(signature)))
                .isTrue();
        assertThat(Identity.verify(identity.peerId(), hex(message + "00"), hex(signature)))
                .isFalse();
    }

    @Test
    void x25519AsInRfc7748Section6() {
        byte[] shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        EphemeralKey alice = new EphemeralKey(
                new ScriptedRandom(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
        EphemeralKey bob = new EphemeralKey(
                new ScriptedRandom(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")));

        assertThat(alice.publicKey())
                .isEqualTo(hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"));
        assertThat(bob.publicKey()).isEqualTo(hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"));
        assertThat(alice.agree(bob.publicKey())).isEqualTo(shared);
        assertThat(bob.agree(alice.publicKey())).isEqualTo(shared);
    }

    @Test
    void hkdfAsInRfc5869AppendixA1() {
        byte[] prk = Hkdf.extract(hex("000102030405060708090a0b0c"), hex("0b".repeat(22)));
        assertThat(prk).isEqualTo(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
        assertThat(Hkdf.expand(prk, hex("f0f1f2f3f4f5f6f7f8f9"), 42))
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    @Test
    void chaCha20Poly1305AsInRfc8439Section282() {
        String text = "Ladies and Gentlemen of the class of '99: "
                + "If I could offer you only one tip for the future, sunscreen would be it.";
        assertThat(new Aead(
                                AeadAlgorithm.CHACHA20_POLY1305,
                                hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"))
                        .seal(
                                hex("070000004041424344454647"),
                                hex("50515253c0c1c2c3c4c5c6c7"),
                                text.getBytes(US_ASCII)))
                .isEqualTo(hex(
                        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a"
                                + "71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3f"
                                + "f4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691"));
    }

    @Test
    void aes256GcmAsInTestCase16OfItsSubmissionToNist() {
        assertThat(new Aead(
                                AeadAlgorithm.AES_256_GCM,
                                hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
                        .seal(
                                hex("cafebabefacedbaddecaf888"),
                                hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                                hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39")))
                .isEqualTo(hex("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b"));
    }

    /**
     * All points of small order. With such a key the signature below (R neutral, S zero) fits one message in every eight
     * or more wherever nobody looks.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
            })
    void anIdentityOfSmallOrderSignsNothing(String key) {
        PeerId weak = PeerId.of(hex(key));
        byte[] signature = new byte[Identity.SIGNATURE_BYTES];
        signature[0] = 1;
        for (int message = 0; message < 256; message++) {
            assertThat(Identity.verify(weak, new byte[] {(byte) message}, signature))
                    .isFalse();
        }
    }

    @Test
    void aClosedIdentityKeepsNoSeedAndSignsNothing() {
        Identity identity = Identity.fromSeed(TestParty.filled(7, Identity.SEED_BYTES));
        assertThat(identity.seed()).isEqualTo(TestParty.filled(7, Identity.SEED_BYTES));
        identity.close();
        assertThat(identity.seed()).isEqualTo(new byte[Identity.SEED_BYTES]);
        assertThatThrownBy(() -> identity.sign(new byte[1])).isInstanceOf(IllegalStateException.class);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
