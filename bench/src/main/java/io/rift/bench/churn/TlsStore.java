package io.rift.bench.churn;

import io.rift.cli.lab.Programs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** A certificate of the server for this run, made with the JDK's keytool. */
final class TlsStore {
    private static final String PASSWORD = "changeit";
    private static final String NAME = "churn";

    private final Path file;

    /** Makes it in this directory. */
    TlsStore(Path directory) {
        file = directory.resolve("churn.p12");
        Programs.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        NAME,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString()),
                "");
    }

    /** The settings of a server that uses it, on any free port. */
    List<String> settings() {
        String bundle = "--spring.ssl.bundle.jks." + NAME + ".keystore.";
        return List.of(
                "--rift.turn.tls.bundle=" + NAME,
                "--rift.turn.tls.port=0",
                "--rift.turn.dtls.port=0",
                bundle + "location=file:" + file,
                bundle + "type=PKCS12",
                bundle + "password=" + PASSWORD);
    }

    /** Sockets of clients that know this certificate. */
    SSLSocketFactory sockets() {
        try (InputStream stream = Files.newInputStream(file)) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(stream, PASSWORD.toCharArray());
            KeyStore known = KeyStore.getInstance("PKCS12");
            known.load(null, null);
            known.setCertificateEntry(NAME, own.getCertificate(NAME));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(known);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot use the certificate that it made", e);
        }
    }
}
