package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramChannel;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.ServerAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DatagramSender;

/** A UDP socket at which clients come in over DTLS. */
final class DtlsSocket extends ShardSocket implements OpenPort {

    private static final int HANDSHAKE = 22;
    private static final int EPOCH_AT = 3;
    private static final int HANDSHAKE_TYPE_AT = 13;
    private static final int CLIENT_HELLO = 1;
    private static final int RANDOM_AT = 27; // behind the headers of the record and the message, and the version
    private static final int RANDOM_END = RANDOM_AT + 32;

    private final Listener listener;
    private final ServerAddress local;
    private final DtlsHandshakes handshakes;
    private final DtlsCookies cookies;

    /** What has arrived, and what was in it; used for one datagram after the other. */
    private final byte[] datagram = new byte[ReceiveSlab.SLOT_BYTES];

    DtlsSocket(Shard shard, DatagramChannel channel, Listener listener, DtlsHandshakes handshakes) {
        super(shard, channel);
        this.listener = listener;
        this.handshakes = handshakes;
        local = new ServerAddress(ClientTransport.DTLS, TransportAddress.of(channel.localAddress()));
        cookies = new DtlsCookies(handshakes.crypto(), System.nanoTime());
    }

    @Override
    public int port() {
        return local.address().port();
    }

    @Override
    public void stop() {
        shard.clientPorts().giveUp(this);
    }

    ServerAddress local() {
        return local;
    }

    Listener listener() {
        return listener;
    }

    DtlsHandshakes handshakes() {
        return handshakes;
    }

    @Override
    boolean received(ByteBuf content, InetSocketAddress sender) {
        TransportAddress client = shard.address(sender);
        int length = content.readableBytes();
        content.getBytes(content.readerIndex(), datagram, 0, length);
        if (shard.ends().find(local, client) instanceof DtlsAssociation association
                && !(isClientHello(length) && association.mayBeReplacedBy(random(length)))) {
            association.received(datagram, length);
        } else {
            begin(client, sender, length);
        }
        return false;
    }

    /** In the clear: of a handshake, or of a client that has forgotten its association and begins a new one. */
    private boolean isClientHello(int length) {
        return length > HANDSHAKE_TYPE_AT
                && datagram[0] == HANDSHAKE
                && datagram[EPOCH_AT] == 0
                && datagram[EPOCH_AT + 1] == 0
                && datagram[HANDSHAKE_TYPE_AT] == CLIENT_HELLO;
    }

    private void begin(TransportAddress client, InetSocketAddress sender, int length) {
        if (!isClientHello(length)) {
            shard.drops().add(SocketDrop.NO_ASSOCIATION);
            return;
        }
        DTLSRequest request =
                cookies.verify(address(client), datagram, length, new Answer(client, sender), System.nanoTime());
        if (request == null) {
            return;
        }
        ClientEnd end = shard.ends().find(local, client);
        if (end instanceof DtlsAssociation old && old.beganWith(random(length))) {
            shard.drops().add(SocketDrop.BAD_HANDSHAKE);
            return;
        }
        Connections connections = shard.connections();
        if (handshakes.turns().isFull()) {
            connections.ended(ConnectionEnd.TOO_MANY);
            return;
        }
        if (end instanceof DtlsAssociation old) {
            // RFC 6347 section 4.2.8: whoever shows that it is there may begin anew, and the old association ends
            old.end(ConnectionEnd.REPLACED);
        }
        if (!connections.limits().enterFrom(client.ip())) { // first: who may not come pushes nobody out
            connections.ended(ConnectionEnd.TOO_MANY_FROM_ADDRESS);
        } else if (!connections.enter()) {
            connections.limits().leaveFrom(client.ip());
            connections.ended(ConnectionEnd.TOO_MANY);
        } else {
            new DtlsAssociation(shard, this, client, sender, random(length)).begin(request);
        }
    }

    /** That of a ClientHello; fewer bytes if it has none. */
    private byte[] random(int length) {
        return Arrays.copyOfRange(datagram, Math.min(RANDOM_AT, length), Math.min(RANDOM_END, length));
    }

    private static byte[] address(TransportAddress client) {
        byte[] ip = client.ip().bytes();
        return ByteBuffer.allocate(ip.length + Short.BYTES)
                .put(ip)
                .putShort((short) client.port())
                .array();
    }

    /** Sends one datagram, when the burst ends. */
    void send(byte[] bytes, int offset, int length, InetSocketAddress to) {
        ByteBuf out = memory().directBuffer(length).writeBytes(bytes, offset, length);
        if (!send(out, to)) {
            out.release();
        }
    }

    /** A HelloVerifyRequest, to an address that may be forged. */
    private final class Answer implements DatagramSender {

        private final TransportAddress client;
        private final InetSocketAddress sender;

        Answer(TransportAddress client, InetSocketAddress sender) {
            this.client = client;
            this.sender = sender;
        }

        @Override
        public int getSendLimit() {
            return DtlsAssociation.HANDSHAKE_DATAGRAM_BYTES;
        }

        @Override
        public void send(byte[] bytes, int offset, int length) {
            if (shard.mayAnswerUnproven(client, length)) {
                DtlsSocket.this.send(bytes, offset, length, sender);
            }
        }
    }
}
