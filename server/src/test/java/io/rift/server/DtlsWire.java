package io.rift.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Vector;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.UDPTransport;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;

/** An association of DTLS with a server. */
final class DtlsWire implements TurnTestClient.Wire {

    private static final int MTU = 1600;
    private static final int TIMEOUT_MILLIS = 5000;

    private final DatagramSocket socket;
    private final DTLSTransport transport;
    private final Client client;

    private DtlsWire(DatagramSocket socket, DTLSTransport transport, Client client) {
        this.socket = socket;
        this.transport = transport;
        this.client = client;
    }

    /** A socket of this address, connected with the server. */
    static DatagramSocket socket(String from, int localPort, int serverPort) {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), localPort));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does a handshake. */
    static DtlsWire handshake(DatagramSocket socket, String... alpn) throws IOException {
        return handshake(socket, datagrams -> datagrams, alpn);
    }

    /** Does a handshake over what is made of the network. */
    static DtlsWire handshake(DatagramSocket socket, UnaryOperator<DatagramTransport> network, String... alpn)
            throws IOException {
        return handshake(socket, network, new JcaTlsCryptoProvider().create(new SecureRandom()), alpn);
    }

    /** Does a handshake with cryptography of its own. */
    static DtlsWire handshake(
            DatagramSocket socket, UnaryOperator<DatagramTransport> network, TlsCrypto crypto, String... alpn)
            throws IOException {
        Client client = new Client(crypto, alpn);
        DTLSTransport transport =
                new DTLSClientProtocol().connect(client, network.apply(new UDPTransport(socket, MTU)));
        return new DtlsWire(socket, transport, client);
    }

    /** The first datagram of a client. */
    static byte[] hello() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        DatagramTransport nowhere = new DatagramTransport() {
            @Override
            public int getReceiveLimit() {
                return MTU;
            }

            @Override
            public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
                throw new IOException("nothing comes");
            }

            @Override
            public int getSendLimit() {
                return MTU;
            }

            @Override
            public void send(byte[] buffer, int offset, int length) {
                sent.add(Arrays.copyOfRange(buffer, offset, offset + length));
            }

            @Override
            public void close() {}
        };
        try {
            new DTLSClientProtocol()
                    .connect(new Client(new JcaTlsCryptoProvider().create(new SecureRandom())), nowhere);
        } catch (IOException e) {
            // as nothing comes back
        }
        return sent.getFirst();
    }

    /** The subject of the server's certificate. */
    String subject() {
        return client.subject;
    }

    /** What was negotiated by ALPN. */
    String label() {
        return client.label();
    }

    /** The cipher suite. */
    int cipher() {
        return client.cipher();
    }

    /** The socket, past the encryption. */
    DatagramSocket socket() {
        return socket;
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void send(byte[] message) throws IOException {
        transport.send(message, 0, message.length);
    }

    @Override
    public ByteBuffer receive() throws IOException {
        byte[] bytes = new byte[4096];
        int length = transport.receive(bytes, 0, bytes.length, TIMEOUT_MILLIS);
        if (length < 0) {
            throw new IOException("nothing came");
        }
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /** Forgets the association without a word. */
    void forget() {
        socket.close();
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            socket.close();
        }
    }

    private static final class Client extends DefaultTlsClient {

        private final String[] alpn;
        private String subject = "";

        Client(TlsCrypto crypto, String... alpn) {
            super(crypto);
            this.alpn = alpn;
        }

        @Override
        public ProtocolVersion[] getProtocolVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public int getHandshakeTimeoutMillis() {
            return 2 * TIMEOUT_MILLIS;
        }

        @Override
        protected Vector<ProtocolName> getProtocolNames() {
            Vector<ProtocolName> names = new Vector<>();
            Arrays.stream(alpn).map(ProtocolName::asUtf8Encoding).forEach(names::add);
            return names.isEmpty() ? null : names;
        }

        String label() {
            ProtocolName name = context.getSecurityParametersConnection().getApplicationProtocol();
            return name == null ? "" : name.getUtf8Decoding();
        }

        int cipher() {
            return context.getSecurityParametersConnection().getCipherSuite();
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                    subject = Certificate.getInstance(
                                    server.getCertificate().getCertificateAt(0).getEncoded())
                            .getSubject()
                            .toString();
                }

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }
}
