package io.rift.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.server.TestCertificate;
import io.rift.server.config.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

class ServerCertificatesTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "RSASSA-PSS", "Ed25519"})
    void aKeyOfAnotherCertificateLeavesThePairInPlace(String algorithm) throws Exception {
        Path first = pair("first", algorithm);
        Path second = pair("second", algorithm);
        DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("turn", bundle(first, first));
        ServerCertificates certificates = ServerCertificates.of(bundles, "key", "turn");
        ServerCertificates.Current before = certificates.current();

        bundles.updateBundle("turn", bundle(first, second));
        assertThat(certificates.current()).isSameAs(before);
        bundles.updateBundle("turn", bundle(second, pair("other", algorithm.equals("RSA") ? "EC" : "RSA")));
        assertThat(certificates.current()).isSameAs(before);
        bundles.updateBundle("turn", bundle(second, second));
        assertThat(certificates.current().chain().getFirst().getSubjectX500Principal())
                .hasToString("CN=second");

        DefaultSslBundleRegistry unfit = new DefaultSslBundleRegistry("turn", bundle(first, second));
        assertThatThrownBy(() -> ServerCertificates.of(unfit, "key", "turn"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not belong to its certificate");
    }

    private Path pair(String name, String algorithm) throws Exception {
        Path pair = Files.createDirectories(directory.resolve(name));
        new TestCertificate(pair).write(name, "-keyalg", algorithm);
        return pair;
    }

    private static SslBundle bundle(Path certificate, Path key) {
        return SslBundle.of(new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate("file:" + certificate.resolve("turn.crt"))
                        .withPrivateKey("file:" + key.resolve("turn.key")),
                null));
    }
}
