package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.PasswordAlgorithm;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.DataIndication;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Authenticator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A TURN client that sends what it is told to, right or wrong, and signs it after the first challenge. */
final class TestClient {
    final TestServer shard;
    final TransportAddress address;
    final ServerAddress local;
    final String username;
    final byte[] key;
    final byte[] sha256Key;

    /** Whether to sign as RFC 8489 prefers it, or as RFC 5389 knows it. */
    boolean signsWithSha256;

    byte @Nullable [] nonce;
    private static final SplittableRandom RANDOM = new SplittableRandom(2);

    TestClient(TestServer shard, TransportAddress address, String username, String password) {
        this(shard, address, TestServer.LOCAL, username, password);
    }

    private TestClient(
            TestServer shard, TransportAddress address, ServerAddress local, String username, String password) {
        this.shard = shard;
        this.address = address;
        this.local = local;
        this.username = username;
        this.key = StunKeys.longTerm(username, TestServer.REALM, password);
        this.sha256Key = StunKeys.longTermSha256(username, TestServer.REALM, password);
    }

    static TestClient alice(TestServer shard) {
        return alice(shard, TestServer.CLIENT);
    }

    static TestClient alice(TestServer shard, TransportAddress address) {
        return new TestClient(shard, address, "alice", "secret");
    }

    /** The same user at the same address over another transport. */
    TestClient over(ClientTransport transport) {
        return new TestClient(
                shard, address, new ServerAddress(transport, TestServer.LOCAL.address()), "alice", "secret");
    }

    /** A client of the same user at another address, over the same transport. */
    TestClient from(TransportAddress other) {
        return new TestClient(shard, other, local, "alice", "secret");
    }

    /** A client of another user at another address, over the same transport. */
    TestClient bobFrom(TransportAddress other) {
        return new TestClient(shard, other, local, "bob", "also secret");
    }

    /** Who has the same name at the same address, and another password. */
    TestClient withPassword(String password) {
        return new TestClient(shard, address, local, username, password);
    }

    StunMessage allocateTcp() {
        return request(begin(TurnMethod.ALLOCATE).add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP));
    }

    /** Asks for a connection; the response, or null when the request is not answered yet. */
    @Nullable StunMessage connect(TransportAddress peer) {
        return send(sign(begin(TurnMethod.CONNECT).add(TurnAttributes.XOR_PEER_ADDRESS, peer)));
    }

    StunMessage connectionBind(long connectionId) {
        return request(begin(TurnMethod.CONNECTION_BIND).add(TurnAttributes.CONNECTION_ID, connectionId));
    }

    /** The same client with an allocation. */
    TestClient withAllocation() {
        assertSuccess(allocate());
        return this;
    }

    static StunEncoder begin(int method) {
        return StunEncoder.of(MessageClass.REQUEST, method, TransactionId.random(RANDOM));
    }

    static StunEncoder udp(StunEncoder encoder) {
        return encoder.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP);
    }

    StunMessage allocate() {
        return allocate(encoder -> encoder);
    }

    StunMessage allocate(UnaryOperator<StunEncoder> attributes) {
        return request(attributes.apply(udp(begin(TurnMethod.ALLOCATE))));
    }

    StunMessage refresh(long lifetimeSeconds) {
        return request(begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, lifetimeSeconds));
    }

    StunMessage createPermission(TransportAddress... peers) {
        StunEncoder encoder = begin(TurnMethod.CREATE_PERMISSION);
        for (TransportAddress peer : peers) {
            encoder.add(TurnAttributes.XOR_PEER_ADDRESS, peer);
        }
        return request(encoder);
    }

    StunMessage bindChannel(int number, TransportAddress peer) {
        return request(begin(TurnMethod.CHANNEL_BIND)
                .add(TurnAttributes.CHANNEL_NUMBER, number)
                .add(TurnAttributes.XOR_PEER_ADDRESS, peer));
    }

    /** Signs a request, with a nonce that was fetched if there is none yet, and answers the response. */
    StunMessage request(StunEncoder encoder) {
        return exchange(sign(encoder));
    }

    byte[] sign(StunEncoder encoder) {
        if (nonce == null) {
            fetchNonce();
        }
        if (!signsWithSha256) {
            return credentials(encoder, nonce).encodeWithIntegrity(key);
        }
        return credentials(encoder, nonce)
                .add(StunAttributes.PASSWORD_ALGORITHMS, Authenticator.PASSWORD_ALGORITHMS)
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256)
                .sign(MessageIntegrity.SHA256, sha256Key)
                .encode();
    }

    /** Whether the response is signed the way that requests are signed now. */
    boolean isSignedForUs(StunMessage response) {
        return signsWithSha256
                ? !response.has(MessageIntegrity.SHA1) && response.verify(MessageIntegrity.SHA256, sha256Key)
                : !response.has(MessageIntegrity.SHA256) && response.verify(MessageIntegrity.SHA1, key);
    }

    StunEncoder credentials(StunEncoder encoder, byte[] withNonce) {
        return encoder.add(StunAttributes.USERNAME, username)
                .add(StunAttributes.REALM, TestServer.REALM)
                .add(StunAttributes.NONCE, withNonce);
    }

    void fetchNonce() {
        StunMessage challenge = exchange(udp(begin(TurnMethod.ALLOCATE)).encode());
        nonce = challenge.get(StunAttributes.NONCE);
        assertThat(nonce).isNotNull();
    }

    /** Sends bytes and answers the one response to them. */
    StunMessage exchange(byte[] request) {
        StunMessage response = send(request);
        assertThat(response).as("response").isNotNull();
        return response;
    }

    /** Sends bytes and answers the response, or null when there is none. */
    @Nullable StunMessage send(byte[] request) {
        int before = shard.sent.size();
        assertThat(shard.receive(address, local, ByteBuffer.wrap(request)))
                .as("route")
                .isNull();
        List<TestServer.Sent> answers = shard.sent.subList(before, shard.sent.size());
        long responses = answers.stream().filter(answer -> !isOfConnect(answer)).count();
        assertThat(responses).as("responses").isLessThanOrEqualTo(1);
        return answers.isEmpty() ? null : lastResponse();
    }

    /** What ends an allocation answers its Connect requests on the way. */
    private static boolean isOfConnect(TestServer.Sent sent) {
        StunMessage message = StunMessage.parse(sent.datagram());
        return message != null && message.is(MessageClass.ERROR_RESPONSE, TurnMethod.CONNECT);
    }

    /** The last datagram that the server sent, which has to be to this client. */
    StunMessage lastResponse() {
        TestServer.Sent last = shard.sent.getLast();
        assertThat(last.client()).isEqualTo(address);
        assertThat(last.local()).isEqualTo(local);
        StunMessage response = StunMessage.parse(last.datagram());
        assertThat(response).as("well-formed response").isNotNull();
        return response;
    }

    @Nullable Route sendChannelData(int number, String text) {
        return sendChannelData(channelData(number, text));
    }

    @Nullable Route sendChannelData(ByteBuffer datagram) {
        return shard.receive(address, local, datagram);
    }

    static ByteBuffer channelData(int number, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer datagram = ByteBuffer.allocate(ChannelData.HEADER_BYTES + bytes.length);
        ChannelData.writeHeader(datagram, 0, number, bytes.length);
        return datagram.put(ChannelData.HEADER_BYTES, bytes);
    }

    static ByteBuffer sendIndication(TransportAddress peer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int header = DataIndication.headerBytes(peer.ip().family());
        ByteBuffer datagram = ByteBuffer.allocate(header + bytes.length + DataIndication.paddingBytes(bytes.length));
        datagram.put(header, bytes);
        DataIndication.writeSend(datagram, header, bytes.length, RANDOM.nextInt(), RANDOM.nextLong(), peer);
        return datagram;
    }

    static void assertSuccess(StunMessage response) {
        assertThat(response.get(StunAttributes.ERROR_CODE)).as("error").isNull();
        assertThat(response.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
    }

    static void assertError(StunMessage response, ErrorCode error) {
        assertThat(response.messageClass()).isEqualTo(MessageClass.ERROR_RESPONSE);
        assertThat(response.get(StunAttributes.ERROR_CODE)).isEqualTo(error);
    }

    static TransportAddress relayed(StunMessage response) {
        TransportAddress relayed = response.get(TurnAttributes.XOR_RELAYED_ADDRESS);
        assertThat(relayed).isNotNull();
        return relayed;
    }

    static TransportAddress ipv4(int lastOctet, int port) {
        return new TransportAddress(IpAddress.parse("198.51.100." + lastOctet), port);
    }
}
