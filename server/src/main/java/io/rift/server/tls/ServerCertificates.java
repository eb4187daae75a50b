package io.rift.server.tls;

import io.rift.server.config.ConfigurationException;
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
import javax.net.ssl.SSLContext;
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
    }

    private volatile Current current;

    private ServerCertificates(Current current) {
        this.current = current;
    }

    /**
     * Those of a bundle, now and whenever it is reloaded.
     *
     * @param key of the setting that names the bundle
     * @throws ConfigurationException if there is no such bundle, or no certificate with its key in it
     */
    public static ServerCertificates of(SslBundles bundles, String key, String name) {
        try {
            ServerCertificates certificates = new ServerCertificates(read(bundles.getBundle(name)));
            bundles.addBundleUpdateHandler(name, certificates::update);
            return certificates;
        } catch (NoSuchSslBundleException e) {
            throw new ConfigurationException(
                    key + "=" + name + ": there is no such bundle, define it under spring.ssl.bundle.pem." + name, e);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new ConfigurationException(key + "=" + name + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private void update(SslBundle bundle) {
        try {
            current = read(bundle);
            LOG.info("the certificate for TLS and DTLS was renewed");
        } catch (GeneralSecurityException | RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.toString())
                    .log("the new certificate for TLS and DTLS cannot be used, the old one stays");
        }
    }

    private static Current read(SslBundle bundle) throws GeneralSecurityException {
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
        return new Current(
                bundle.createSslContext(),
                key,
                chain,
                orEmpty(bundle.getOptions().getCiphers()),
                orEmpty(bundle.getOptions().getEnabledProtocols()));
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
