package io.rift.bench.churn;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UDPTransport;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/** An association of DTLS; one record is one message. Unlike a socket of UDP it says that it goes (close_notify). */
final class DtlsWire implements Wire {
    private static final int MTU = 1600;
    private static final int MAX_BYTES = 2048;
    private static final TlsCrypto CRYPTO = new JcaTlsCryptoProvider().create(new SecureRandom());

    private final DatagramSocket socket;
    private final DTLSTransport transport;

    DtlsWire(InetSocketAddress local, InetSocketAddress server) throws IOException {
        socket = new DatagramSocket(local);
        try {
            socket.connect(server);
            transport = new DTLSClientProtocol().connect(new Client(), new UDPTransport(socket, MTU));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        transport.send(message, 0, message.length);
    }

    @Override
    public ByteBuffer receive() throws IOException {
        byte[] bytes = new byte[MAX_BYTES];
        int length = transport.receive(bytes, 0, bytes.length, UdpWire.TIMEOUT_MILLIS);
        if (length < 0) {
            throw new IOException("nothing came");
        }
        return ByteBuffer.wrap(bytes, 0, length);
    }

    @Override
    public void close() throws IOException {
        try {
            transport.close();
        } finally {
            socket.close();
        }
    }

    private static final class Client extends DefaultTlsClient {

        Client() {
            super(CRYPTO);
        }

        @Override
        public ProtocolVersion[] getProtocolVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return UdpWire.TIMEOUT_MILLIS;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) {
                    // Whose it is does not matter here; the server is ours.
                }

                @Override
                public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }
}
