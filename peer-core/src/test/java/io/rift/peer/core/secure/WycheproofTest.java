package io.rift.peer.core.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rift.protocol.PeerId;
import io.rift.protocol.secure.AeadAlgorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The edge cases of Project Wycheproof (C2SP/wycheproof, {@code testvectors_v1}). They are not part of this repository:
 * the tests read them from {@code ../shared/vectors/wycheproof} beside it, or from the folder that
 * {@code -Drift.vectors=} names, and are skipped with a word about it where there is no such folder. The RFC vectors in
 * {@link PrimitivesTest} and the published ones in {@link HandshakeVectorsTest} always run.
 */
class WycheproofTest {

    @Test
    void x25519AgreesOrRefusesAnAllZeroSecret() {
        int refused = 0;
        for (Json test : tests("x25519_test.json")) {
            EphemeralKey key =
                    new EphemeralKey(new ScriptedRandom(test.at("private").bytes()));
            byte[] expected = test.at("shared").bytes();
            byte[] shared = key.agree(test.at("public").bytes());
            if (Arrays.equals(expected, new byte[32])) {
                assertThat(shared).as("%s", test).isNull();
                refused++;
            } else {
                assertThat(shared).as("%s", test).isEqualTo(expected);
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void ed25519VerifiesWhatIsValidAndNothingElse() {
        for (Json group : groups("ed25519_test.json")) {
            PeerId signer = PeerId.of(group.at("publicKey", "pk").bytes());
            for (Json test : group.at("tests").list()) {
                boolean verified = Identity.verify(
                        signer, test.at("msg").bytes(), test.at("sig").bytes());
                assertThat(verified).as("%s", test).isEqualTo(isValid(test));
            }
        }
    }

    @Test
    void aes256GcmOpensWhatIsValidAndNothingElse() {
        checkAead("aes_gcm_test.json", AeadAlgorithm.AES_256_GCM);
    }

    @Test
    void chaCha20Poly1305OpensWhatIsValidAndNothingElse() {
        checkAead("chacha20_poly1305_test.json", AeadAlgorithm.CHACHA20_POLY1305);
    }

    @Test
    void hkdfDerivesTheSameKeys() {
        for (Json test : tests("hkdf_sha256_test.json")) {
            if (isValid(test)) {
                byte[] prk =
                        Hkdf.extract(test.at("salt").bytes(), test.at("ikm").bytes());
                assertThat(Hkdf.expand(
                                prk, test.at("info").bytes(), test.at("size").integer()))
                        .as("%s", test)
                        .isEqualTo(test.at("okm").bytes());
            }
        }
    }

    private static void checkAead(String file, AeadAlgorithm algorithm) {
        int checked = 0;
        for (Json group : groups(file)) {
            boolean ours = group.at("ivSize").integer() == 8 * AeadAlgorithm.NONCE_BYTES
                    && group.at("keySize").integer() == 8 * AeadAlgorithm.KEY_BYTES
                    && group.at("tagSize").integer() == 8 * AeadAlgorithm.TAG_BYTES;
            for (Json test : ours ? group.at("tests").list() : List.<Json>of()) {
                byte[] nonce = test.at("iv").bytes();
                byte[] aad = test.at("aad").bytes();
                byte[] plaintext = test.at("msg").bytes();
                byte[] sealed = concat(test.at("ct").bytes(), test.at("tag").bytes());
                byte[] opened = new Aead(algorithm, test.at("key").bytes()).open(nonce, aad, sealed);
                assertThat(opened).as("%s", test).isEqualTo(isValid(test) ? plaintext : null);
                if (isValid(test)) {
                    assertThat(new Aead(algorithm, test.at("key").bytes()).seal(nonce, aad, plaintext))
                            .as("%s", test)
                            .isEqualTo(sealed);
                }
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(50);
    }

    private static boolean isValid(Json test) {
        return test.at("result").text().equals("valid");
    }

    private static List<Json> tests(String file) {
        return groups(file).stream()
                .flatMap(group -> group.at("tests").list().stream())
                .toList();
    }

    private static List<Json> groups(String file) {
        Path repository = Path.of("").toAbsolutePath().getParent();
        String beside = repository.resolveSibling("shared").resolve("vectors").toString();
        Path path = Path.of(System.getProperty("rift.vectors", beside), "wycheproof", file);
        boolean present = Files.isReadable(path);
        if (!present) {
            System.out.println("SKIPPED: the Wycheproof vectors are not there: " + path);
        }
        assumeTrue(present, () -> "the Wycheproof vectors are not there: " + path);
        return Json.file(path).at("testGroups").list();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
