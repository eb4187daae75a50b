package io.rift.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.server.TestCertificate;
import io.rift.server.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

class ServerCertificatesTest {

    @TempDir
    private static Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "RSASSA-PSS", "Ed25519"})
    void aKeyOfAnotherCertificateLeavesThePairInPlace(String algorithm) throws Exception {
        Path first = pair("first", algorithm);
        Path second = pair("second", algorithm);
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("turn", bundle(first, first));
        ServerCertificates certificates = ServerCertificates.of(bundles, "key", "turn", false);
        ServerCertificates.Current before = certificates.current();

        bundles.updateBundle("turn", bundle(first, second));
        assertThat(certificates.current()).isSameAs(before);
        bundles.updateBundle("turn", bundle(second, pair("other", algorithm.equals("RSA") ? "EC" : "RSA")));
        assertThat(certificates.current()).isSameAs(before);
        bundles.updateBundle("turn", bundle(second, second));
        assertThat(certificates.current().chain().getFirst().getSubjectX500Principal())
                .hasToString("CN=second");

        DefaultSslBundleRegistry unfit = new DefaultSslBundleRegistry("turn", bundle(first, second));
        assertThatThrownBy(() -> ServerCertificates.of(unfit, "key", "turn", false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not belong to its certificate");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EC | TYPO | | TYPO",
                "EC | | TLSv1.4 | TLSv1.4",
                "EC | | TLSv1 | No appropriate protocol",
                "EC | TLS_AES_128_GCM_SHA256 | TLSv1.2 | No appropriate protocol",
                "EC | TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 | TLSv1.2 | no cipher suites in common",
                "EC | TLS_AES_128_GCM_SHA256 | | none of its ciphers is one of DTLS",
                "EC | TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 | | no cipher suites in common",
                "EC | | TLSv1.3 | its enabled-protocols leave out",
                "RSASSA-PSS | | | DTLS needs an RSA or EC key, and its key is RSASSA-PSS",
                "Ed25519 | | | DTLS needs an RSA or EC key, and its key is EdDSA",
            })
    void whatNoHandshakeCouldSucceedWithIsRefusedAndDoesNotReplaceWhatIsThere(
            String algorithm, String ciphers, String protocols, String reason) throws Exception {
        Path good = onlyPair("EC");
        Path pair = onlyPair(algorithm);
        SslBundle unfit = bundle(pair, pair, SslOptions.of(array(ciphers), array(protocols)));
        assertThatThrownBy(
                        () -> ServerCertificates.of(new DefaultSslBundleRegistry("turn", unfit), "key", "turn", true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("key=turn: cannot be used: ")
                .hasMessageContaining(reason);

        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("turn", bundle(good, good));
        ServerCertificates certificates = ServerCertificates.of(bundles, "key", "turn", true);
        ServerCertificates.Current before = certificates.current();
        bundles.updateBundle("turn", unfit);
        assertThat(certificates.current()).isSameAs(before);
    }

    @Test
    void dtlsHasTheCiphersOfItsKeyThatTheOperatorAllows() throws Exception {
        Path pair = onlyPair("RSA");
        String allowed = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        SslOptions options = SslOptions.of(
                new String[] {"TLS_AES_128_GCM_SHA256", allowed, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"}, null);
        assertThat(current(bundle(pair, pair, options)).dtlsCiphers()).containsExactly(allowed);
        assertThat(current(bundle(pair, pair)).dtlsCiphers())
                .hasSize(3)
                .allMatch(cipher -> cipher.startsWith("TLS_ECDHE_RSA_"));
    }

    private static ServerCertificates.Current current(SslBundle bundle) {
        return ServerCertificates.of(new DefaultSslBundleRegistry("turn", bundle), "key", "turn", true)
                .current();
    }

    private static String[] array(String value) {
        return value == null ? null : new String[] {value};
    }

    /** The same whenever it is asked for, as each costs a process. */
    private static Path onlyPair(String algorithm) throws Exception {
        Path pair = directory.resolve(algorithm);
        return Files.exists(pair) ? pair : pair(algorithm, algorithm);
    }

    private static Path pair(String name, String algorithm) throws Exception {
        Path pair = Files.createDirectories(directory.resolve(name));
        new TestCertificate(pair).write(name, "-keyalg", algorithm);
        return pair;
    }

    private static SslBundle bundle(Path certificate, Path key) {
        return bundle(certificate, key, SslOptions.NONE);
    }

    private static SslBundle bundle(Path certificate, Path key, SslOptions options) {
        return SslBundle.of(
                new PemSslStoreBundle(
                        PemSslStoreDetails.forCertificate("file:" + certificate.resolve("turn.crt"))
                                .withPrivateKey("file:" + key.resolve("turn.key")),
                        null),
                SslBundleKey.NONE,
                options);
    }
}
