package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** A STUN and TURN client of blocking calls on one socket or connection, for tests over loopback. */
public final class TurnTestClient implements AutoCloseable {

    private static final int UDP = 17;
    private static final int TIMEOUT_MILLIS = 5000;

    /** How messages get to the server and back. */
    public interface Wire extends AutoCloseable {

        /** The client's address as it knows it. */
        InetSocketAddress local();

        /** Sends one message. */
        void send(byte[] message) throws IOException;

        /** The next message. */
        ByteBuffer receive() throws IOException;

        @Override
        void close();
    }

    private final Wire wire;
    private final String username;
    private final String password;
    private byte[] nonce = {};
    private String realm = "";

    /** A client of the server at this address, on a fresh port of {@code from}. */
    public TurnTestClient(String from, InetSocketAddress server, String username, String password) {
        this(datagrams(from, server), username, password);
    }

    /** A client on this wire. */
    public TurnTestClient(Wire wire, String username, String password) {
        this.wire = wire;
        this.username = username;
        this.password = password;
    }

    private static Wire datagrams(String from, InetSocketAddress server) {
        try {
            DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.connect(server);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return new DatagramWire(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record DatagramWire(DatagramSocket socket) implements Wire {

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public void send(byte[] message) throws IOException {
            socket.send(new DatagramPacket(message, message.length));
        }

        @Override
        public ByteBuffer receive() throws IOException {
            byte[] bytes = new byte[4096];
            DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
            socket.receive(packet);
            return ByteBuffer.wrap(bytes, 0, packet.getLength());
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    public TransportAddress local() {
        return TransportAddress.of(wire.local());
    }

    public TransportAddress binding() {
        StunMessage response = exchange(StunMethod.BINDING, encoder -> {}, false);
        return Objects.requireNonNull(response.get(StunAttributes.XOR_MAPPED_ADDRESS));
    }

    /** Allocates with the long-term credential, as RFC 8656 section 7.1: first without, to be challenged. */
    public TransportAddress allocate() {
        StunMessage response = tryAllocate(encoder -> {});
        assertThat(code(response)).isEqualTo(200);
        return Objects.requireNonNull(response.get(TurnAttributes.XOR_RELAYED_ADDRESS));
    }

    /** Fetches a nonce for this address; answers the challenge. */
    public StunMessage challenged() {
        StunMessage challenge = allocateUnauthenticated();
        learn(challenge);
        return challenge;
    }

    /** Allocates with more attributes than REQUESTED-TRANSPORT; the answer may be an error. */
    public StunMessage tryAllocate(Consumer<StunEncoder> attributes) {
        StunMessage challenge = allocateUnauthenticated();
        assertThat(code(challenge)).isEqualTo(401);
        learn(challenge);
        return request(TurnMethod.ALLOCATE, encoder -> {
            encoder.add(TurnAttributes.REQUESTED_TRANSPORT, UDP);
            attributes.accept(encoder);
        });
    }

    /** The code of the answer to a signed Allocate: 200, or that of the error. */
    public int tryToAllocate() {
        learn(allocateUnauthenticated());
        return code(request(TurnMethod.ALLOCATE, encoder -> encoder.add(TurnAttributes.REQUESTED_TRANSPORT, UDP)));
    }

    public StunMessage allocateUnauthenticated() {
        return exchange(TurnMethod.ALLOCATE, encoder -> encoder.add(TurnAttributes.REQUESTED_TRANSPORT, UDP), false);
    }

    /** Asks for something without a password, to be challenged, which is what each new address has to do. */
    public void learnNonce() {
        StunMessage challenge = allocateUnauthenticated();
        assertThat(code(challenge)).isEqualTo(401);
        learn(challenge);
    }

    private void learn(StunMessage challenge) {
        nonce = Objects.requireNonNull(challenge.get(StunAttributes.NONCE));
        realm = Objects.requireNonNull(challenge.get(StunAttributes.REALM));
    }

    /** The code of the answer: 200, or that of the error. */
    public int permit(TransportAddress peer) {
        return code(
                request(TurnMethod.CREATE_PERMISSION, encoder -> encoder.add(TurnAttributes.XOR_PEER_ADDRESS, peer)));
    }

    public int bindChannel(int number, TransportAddress peer) {
        return code(request(
                TurnMethod.CHANNEL_BIND,
                encoder ->
                        encoder.add(TurnAttributes.CHANNEL_NUMBER, number).add(TurnAttributes.XOR_PEER_ADDRESS, peer)));
    }

    public int release() {
        return code(request(TurnMethod.REFRESH, encoder -> encoder.add(TurnAttributes.LIFETIME, 0L)));
    }

    public StunMessage request(int method, Consumer<StunEncoder> attributes) {
        return exchange(method, attributes, true);
    }

    public void sendIndication(TransportAddress peer, byte[] data) {
        send(StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, id())
                .add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                .add(TurnAttributes.DATA, ByteBuffer.wrap(data))
                .encode());
    }

    public void sendUnfragmentedIndication(TransportAddress peer, byte[] data) {
        send(StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, id())
                .add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                .add(TurnAttributes.DONT_FRAGMENT, true)
                .add(TurnAttributes.DATA, ByteBuffer.wrap(data))
                .encode());
    }

    public void sendChannelData(int number, byte[] data) {
        ByteBuffer message = ByteBuffer.allocate(ChannelData.HEADER_BYTES + data.length);
        ChannelData.writeHeader(message, 0, number, data.length);
        message.put(ChannelData.HEADER_BYTES, data);
        send(message.array());
    }

    /** The application data of the next ChannelData message. */
    public byte[] receiveChannelData(int number) {
        ByteBuffer message = receive();
        assertThat(ChannelData.number(message)).isEqualTo(number);
        byte[] data = new byte[ChannelData.payloadLength(message)];
        message.get(message.position() + ChannelData.HEADER_BYTES, data);
        return data;
    }

    /** The next Data indication. */
    public StunMessage receiveIndication() {
        StunMessage message = Objects.requireNonNull(StunMessage.parse(receive()));
        assertThat(message.is(MessageClass.INDICATION, TurnMethod.DATA)).isTrue();
        return message;
    }

    public void send(byte[] datagram) {
        try {
            wire.send(datagram);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ByteBuffer receive() {
        try {
            return wire.receive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A signed request, to be sent otherwise. */
    public byte[] signed(int method, Consumer<StunEncoder> attributes) {
        StunEncoder encoder = StunEncoder.of(MessageClass.REQUEST, method, id());
        attributes.accept(encoder);
        return sign(encoder);
    }

    private byte[] sign(StunEncoder encoder) {
        return encoder.add(StunAttributes.USERNAME, username)
                .add(StunAttributes.REALM, realm)
                .add(StunAttributes.NONCE, nonce)
                .encodeWithIntegrity(StunKeys.longTerm(username, realm, password));
    }

    private StunMessage exchange(int method, Consumer<StunEncoder> attributes, boolean authenticated) {
        TransactionId id = id();
        StunEncoder encoder = StunEncoder.of(MessageClass.REQUEST, method, id);
        attributes.accept(encoder);
        if (authenticated) {
            send(sign(encoder));
        } else {
            send(encoder.encode());
        }
        StunMessage response = Objects.requireNonNull(StunMessage.parse(receive()));
        while (response.has(TurnAttributes.ICMP)) { // about data that was sent before
            response = Objects.requireNonNull(StunMessage.parse(receive()));
        }
        assertThat(response.transactionId()).isEqualTo(id);
        return response;
    }

    public static int code(StunMessage response) {
        ErrorCode error = response.get(StunAttributes.ERROR_CODE);
        return error == null ? 200 : error.code();
    }

    private static TransactionId id() {
        return TransactionId.random(ThreadLocalRandom.current());
    }

    @Override
    public void close() {
        wire.close();
    }
}
