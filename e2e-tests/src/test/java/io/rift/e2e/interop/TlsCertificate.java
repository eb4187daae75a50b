package io.rift.e2e.interop;

import io.rift.e2e.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * A certificate for one IP address that signs itself, in PEM files.
 *
 * @param certificate its file
 * @param key the file of its private key
 */
record TlsCertificate(Path certificate, Path key) {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PASSWORD = "changeit";

    /** Makes one in this directory, with the JDK's keytool. */
    static TlsCertificate create(Path directory, String address) throws IOException, GeneralSecurityException {
        Path store = directory.resolve("turn.p12");
        Finished keytool = Finished.run(
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "turn",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + address,
                        "-ext",
                        "san=ip:" + address,
                        "-validity",
                        "2",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString()),
                "",
                PATIENCE);
        if (keytool.exitCode() != 0) {
            throw new IOException(keytool.out() + keytool.err());
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream stream = Files.newInputStream(store)) {
            keys.load(stream, PASSWORD.toCharArray());
        }
        return new TlsCertificate(
                pem(
                        directory.resolve("turn.crt"),
                        "CERTIFICATE",
                        keys.getCertificate("turn").getEncoded()),
                pem(
                        directory.resolve("turn.key"),
                        "PRIVATE KEY",
                        keys.getKey("turn", PASSWORD.toCharArray()).getEncoded()));
    }

    /** The settings of a server that uses it, on any free port. */
    List<String> settings() {
        return List.of(
                "--rift.turn.tls.bundle=turn",
                "--rift.turn.tls.port=0",
                "--rift.turn.dtls.port=0",
                "--spring.ssl.bundle.pem.turn.keystore.certificate=file:" + certificate,
                "--spring.ssl.bundle.pem.turn.keystore.private-key=file:" + key);
    }

    private static Path pem(Path file, String kind, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder().encodeToString(content);
        return Files.writeString(file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind, base64, kind));
    }
}
