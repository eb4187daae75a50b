package io.rift.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A certificate that signs itself, made with the JDK's keytool, in the PEM files of an SSL bundle. */
public final class TestCertificate {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path directory;

    /** Certificates to be written there. */
    public TestCertificate(Path directory) {
        this.directory = directory;
    }

    /** Writes a fresh one with this subject; a server that watches the files takes it. */
    public void write(String name, String... keytoolOptions) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Files.deleteIfExists(store);
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "turn",
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                store.toString()));
        command.addAll(keytoolOptions.length > 0 ? List.of(keytoolOptions) : List.of("-keyalg", "EC"));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IOException(Files.readString(directory.resolve("keytool.log")));
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        pem("turn.key", "PRIVATE KEY", keys.getKey("turn", PASSWORD).getEncoded());
        pem("turn.crt", "CERTIFICATE", keys.getCertificate("turn").getEncoded());
    }

    private void pem(String file, String kind, byte[] content) throws IOException {
        Path unfinished = directory.resolve(file + ".new");
        Files.writeString(
                unfinished,
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + kind + "-----\n");
        Files.move(unfinished, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    /** The settings of a server with this certificate, on any free ports. */
    public List<String> settings() {
        return List.of(
                "--rift.turn.tls.bundle=turn",
                "--rift.turn.tls.port=0",
                "--rift.turn.dtls.port=0",
                "--spring.ssl.bundle.watch.file.quiet-period=200ms",
                "--spring.ssl.bundle.pem.turn.reload-on-update=true",
                "--spring.ssl.bundle.pem.turn.keystore.certificate=file:" + directory.resolve("turn.crt"),
                "--spring.ssl.bundle.pem.turn.keystore.private-key=file:" + directory.resolve("turn.key"));
    }

    /** A connection with its handshake done. */
    public static StreamWire connect(String from, int port, String protocol, String... alpn) throws IOException {
        return handshake(StreamWire.connect(from, port), protocol, alpn);
    }

    /** Does the handshake on a connection. */
    public static StreamWire handshake(StreamWire wire, String protocol, String... alpn) throws IOException {
        InetSocketAddress server = (InetSocketAddress) wire.socket().getRemoteSocketAddress();
        InetAddress address = server.getAddress();
        SSLSocket socket = (SSLSocket) context()
                .getSocketFactory()
                .createSocket(wire.socket(), address.getHostAddress(), server.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new StreamWire(socket);
    }

    /** The subject of the server's certificate. */
    public static String subject(StreamWire wire) throws IOException {
        X509Certificate certificate =
                (X509Certificate) ((SSLSocket) wire.socket()).getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class TrustsAll implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
