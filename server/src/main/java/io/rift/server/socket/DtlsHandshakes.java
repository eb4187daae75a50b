package io.rift.server.socket;

import io.rift.server.tls.ServerCertificates;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;

/** The server's side of DTLS 1.2 (RFC 6347) handshakes, with the certificate of the moment. */
final class DtlsHandshakes {

    private static final Map<String, Integer> SUITE_BY_NAME = Map.of(
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);

    private final ServerCertificates certificates;
    private final DtlsCrypto crypto = new DtlsCrypto();
    private final DtlsTurns turns =
            new DtlsTurns(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    private final int timeoutMillis;

    /**
     * Handshakes of one server.
     *
     * @param timeoutMillis for a whole handshake
     */
    DtlsHandshakes(ServerCertificates certificates, int timeoutMillis) {
        this.certificates = certificates;
        this.timeoutMillis = timeoutMillis;
    }

    DtlsCrypto crypto() {
        return crypto;
    }

    DtlsTurns turns() {
        return turns;
    }

    /**
     * Does one handshake. Blocks; the caller has a turn, but not while it waits for datagrams.
     *
     * @param request a ClientHello whose cookie was right
     */
    DTLSTransport accept(DTLSRequest request, DatagramTransport datagrams) throws IOException {
        return new DTLSServerProtocol().accept(new Server(certificates.current()), datagrams, request);
    }

    private final class Server extends DefaultTlsServer {

        private final ServerCertificates.Current current;

        Server(ServerCertificates.Current current) {
            super(crypto);
            this.current = current;
        }

        @Override
        public ProtocolVersion[] getProtocolVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            int[] suites = current.dtlsCiphers().stream()
                    .map(SUITE_BY_NAME::get)
                    .filter(Objects::nonNull)
                    .mapToInt(Integer::intValue)
                    .toArray();
            return TlsUtils.getSupportedCipherSuites(crypto, suites);
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return timeoutMillis;
        }

        /** RFC 7443, and by RFC 7301 whoever offers only others is refused. */
        @Override
        protected Vector<ProtocolName> getProtocolNames() {
            Vector<ProtocolName> names = new Vector<>();
            names.add(ProtocolName.STUN_TURN);
            names.add(ProtocolName.STUN_NAT_DISCOVERY);
            return names;
        }

        @Override
        protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
            return signer(SignatureAlgorithm.ecdsa);
        }

        @Override
        protected TlsCredentialedSigner getRSASignerCredentials() throws IOException {
            return signer(SignatureAlgorithm.rsa);
        }

        private TlsCredentialedSigner signer(short algorithm) throws IOException {
            TlsCertificate[] chain = new TlsCertificate[current.chain().size()];
            try {
                for (int i = 0; i < chain.length; i++) {
                    chain[i] = crypto.createCertificate(current.chain().get(i).getEncoded());
                }
            } catch (java.security.cert.CertificateEncodingException e) {
                throw new IOException(e);
            }
            return new JcaDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context),
                    crypto,
                    current.key(),
                    new Certificate(chain),
                    TlsUtils.chooseSignatureAndHashAlgorithm(
                            context, context.getSecurityParametersHandshake().getClientSigAlgs(), algorithm));
        }
    }
}
