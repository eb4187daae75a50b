package io.rift.server.tls;

import io.rift.server.config.ConfigurationException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The certificate that the server shows, with its key. When Spring reloads the bundle, new handshakes get the new one;
 * connections that are established keep what they have. A bundle that cannot be used leaves the old one in place.
 */
public final class ServerCertificates {

    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificates.class);

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final List<String> DTLS_CIPHERS =
            List.of("AES_256_GCM_SHA384", "AES_128_GCM_SHA256", "CHACHA20_POLY1305_SHA256");

    /**
     * One certificate and what belongs to it.
     *
     * @param context for TLS
     * @param key of the certificate
     * @param chain the certificate first
     * @param ciphers that the operator allows, or empty for the server's choice
     * @param protocols that the operator allows, or empty for the server's choice
     */
    public record Current(
            SSLContext context,
            PrivateKey key,
            List<X509Certificate> chain,
            List<String> ciphers,
            List<String> protocols) {

        /** Takes copies. */
        public Current {
            chain = List.copyOf(chain);
            ciphers = List.copyOf(ciphers);
            protocols = List.copyOf(protocols);
        }

        /** The server's side of one TLS connection. */
        public SSLEngine engine() {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setProtocols(orOurs(protocols, PROTOCOLS));
            parameters.setCipherSuites(orOurs(ciphers, forwardSecret(parameters.getCipherSuites())));
            parameters.setUseCipherSuitesOrder(true);
            engine.setSSLParameters(parameters);
            return engine;
        }

        private static String[] orOurs(List<String> operators, String[] ours) {
            return operators.isEmpty() ? ours : operators.toArray(String[]::new);
        }

        /** TLS 1.3, and of TLS 1.2 what RFC 9325 section 4.2 recommends. */
        private static String[] forwardSecret(String[] suites) {
            return Arrays.stream(suites)
                    .filter(suite -> suite.contains("_GCM_") || suite.contains("_CHACHA20_"))
                    .filter(suite -> suite.startsWith("TLS_ECDHE_") || !suite.contains("_WITH_"))
                    .toArray(String[]::new);
        }

        /** The cipher suites for DTLS 1.2: those that suit the key and that the operator allows. */
        public List<String> dtlsCiphers() {
            String kind = switch (key.getAlgorithm()) {
                case "RSA" -> "TLS_ECDHE_RSA_WITH_";
                case "EC" -> "TLS_ECDHE_ECDSA_WITH_";
                default -> null;
            };
            if (kind == null) {
                return List.of();
            }
            List<String> ours = DTLS_CIPHERS.stream().map(kind::concat).toList();
            return ciphers.isEmpty()
                    ? ours
                    : ciphers.stream().filter(ours::contains).toList();
        }
    }

    private final boolean forDtls;
    private volatile Current current;

    private ServerCertificates(Current current, boolean forDtls) {
        this.current = current;
        this.forDtls = forDtls;
    }

    /**
     * Those of a bundle, now and whenever it is reloaded.
     *
     * @param key of the setting that names the bundle
     * @param forDtls whether it has to be of use for DTLS as well
     * @throws ConfigurationException if there is no such bundle, no certificate with its key in it, or no handshake
     *     could succeed with its options
     */
    public static ServerCertificates of(SslBundles bundles, String key, String name, boolean forDtls) {
        try {
            ServerCertificates certificates = new ServerCertificates(read(bundles.getBundle(name), forDtls), forDtls);
            bundles.addBundleUpdateHandler(name, certificates::update);
            return certificates;
        } catch (NoSuchSslBundleException e) {
            throw new ConfigurationException(
                    key + "=" + name + ": there is no such bundle, define it under spring.ssl.bundle.pem." + name, e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new ConfigurationException(key + "=" + name + ": cannot be used: " + e.getMessage(), e);
        }
    }

    /**
     * Checks what a bundle would give.
     *
     * @param key of the setting that names the bundle
     * @param forDtls whether it has to be of use for DTLS as well
     * @throws ConfigurationException if it cannot be used
     */
    public static void check(SslBundle bundle, String key, String name, boolean forDtls) {
        try {
            var _ = read(bundle, forDtls);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new ConfigurationException(key + "=" + name + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private void update(SslBundle bundle) {
        try {
            Current fresh = read(bundle, forDtls);
            boolean renewed = !fresh.chain().equals(current.chain());
            current = fresh;
            if (renewed) {
                LOG.info("the certificate for TLS and DTLS was renewed");
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.toString())
                    .log("the new certificate for TLS and DTLS cannot be used, the old one stays");
        }
    }

    private static Current read(SslBundle bundle, boolean forDtls) throws GeneralSecurityException {
        KeyStore store = bundle.getStores().getKeyStore();
        if (store == null) {
            throw new GeneralSecurityException("it has no keystore");
        }
        String alias = alias(bundle, store);
        char[] password = password(bundle);
        if (!(store.getKey(alias, password) instanceof PrivateKey key)) {
            throw new GeneralSecurityException("its keystore has no private key");
        }
        List<X509Certificate> chain = Arrays.stream(store.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toList();
        checkPair(key, chain.getFirst().getPublicKey());
        Current read = new Current(
                bundle.createSslContext(),
                key,
                chain,
                orEmpty(bundle.getOptions().getCiphers()),
                orEmpty(bundle.getOptions().getEnabledProtocols()));
        checkTls(read);
        if (forDtls) {
            checkDtls(read);
        }
        return read;
    }

    /**
     * An engine that answers a client which knows all that can be known: else it would be for each connection to find out
     * that an option is wrong, or that no cipher is one for the key.
     */
    private static void checkTls(Current read) throws GeneralSecurityException {
        SSLEngine engine = read.engine();
        try {
            engine.beginHandshake();
            SSLContext clients = SSLContext.getInstance("TLS");
            clients.init(null, new TrustManager[0], null);
            SSLEngine client = clients.createSSLEngine();
            client.setUseClientMode(true);
            client.setEnabledCipherSuites(client.getSupportedCipherSuites());
            ByteBuffer flight = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
            client.wrap(ByteBuffer.allocate(0), flight);
            engine.unwrap(flight.flip(), ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()));
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            engine.wrap(ByteBuffer.allocate(0), flight.clear()); // throws what the task has
        } catch (SSLException e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
    }

    private static void checkDtls(Current read) throws GeneralSecurityException {
        String problem = null;
        if (!Set.of("RSA", "EC").contains(read.key().getAlgorithm())) {
            problem =
                    "DTLS needs an RSA or EC key, and its key is " + read.key().getAlgorithm();
        } else if (!read.protocols().isEmpty() && !read.protocols().contains("TLSv1.2")) {
            problem = "DTLS 1.2 counts as TLSv1.2, which its enabled-protocols leave out";
        } else if (read.dtlsCiphers().isEmpty()) {
            problem = "none of its ciphers is one of DTLS for its key";
        }
        if (problem != null) {
            throw new GeneralSecurityException(problem + "; change it or set rift.turn.dtls.port=-1");
        }
    }

    /** By a signature: else a key that was renewed without its certificate would fail each handshake. */
    private static void checkPair(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        byte[] probe = {'R', 'i', 'f', 't'};
        Signature signature = signature(privateKey.getAlgorithm());
        signature.initSign(privateKey);
        signature.update(probe);
        byte[] signed = signature.sign();
        if (!isSigned(probe, signed, publicKey, signature(privateKey.getAlgorithm()))) {
            throw new GeneralSecurityException("its private key does not belong to its certificate");
        }
    }

    private static boolean isSigned(byte[] probe, byte[] signed, PublicKey publicKey, Signature signature) {
        try {
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) { // a key of another kind or size
            return false;
        }
    }

    private static Signature signature(String keyAlgorithm) throws GeneralSecurityException {
        return switch (keyAlgorithm) {
            case "RSA" -> Signature.getInstance("SHA256withRSA");
            case "EC" -> Signature.getInstance("SHA256withECDSA");
            case "DSA" -> Signature.getInstance("SHA256withDSA");
            case "RSASSA-PSS" -> {
                Signature signature = Signature.getInstance(keyAlgorithm);
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                yield signature;
            }
            default -> Signature.getInstance(keyAlgorithm); // such as EdDSA, which is named like its keys
        };
    }

    private static String alias(SslBundle bundle, KeyStore store) throws GeneralSecurityException {
        String alias = bundle.getKey().getAlias();
        if (alias != null) {
            return alias;
        }
        for (String candidate : Collections.list(store.aliases())) {
            if (store.isKeyEntry(candidate)) {
                return candidate;
            }
        }
        throw new GeneralSecurityException("its keystore has no private key");
    }

    private static char @Nullable [] password(SslBundle bundle) {
        String own = bundle.getKey().getPassword();
        String password = own == null ? bundle.getStores().getKeyStorePassword() : own;
        return password == null ? null : password.toCharArray();
    }

    private static List<String> orEmpty(String @Nullable [] values) {
        return values == null ? List.of() : List.of(values);
    }

    /** The one for a handshake that begins now. */
    public Current current() {
        return current;
    }
}
