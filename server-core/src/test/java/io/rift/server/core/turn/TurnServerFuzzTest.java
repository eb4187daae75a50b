package io.rift.server.core.turn;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.quota.AnswerBudget;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Hostile bytes at every door of the server: without credentials, with credentials, and in any order. */
class TurnServerFuzzTest {
    private static final int UDP_OVER_IPV4_HEADER_BYTES = 28;
    private static final AnswerBudget.Limits FLOOD_LIMITS = new AnswerBudget.Limits(3_000, 4_000);
    private static final int[] METHODS = {
        TurnMethod.ALLOCATE, TurnMethod.REFRESH, TurnMethod.CREATE_PERMISSION, TurnMethod.CHANNEL_BIND
    };

    /** Whatever a stranger sends: nothing is thrown, routed or remembered, and the answer is no amplification. */
    @FuzzTest
    void aStrangerGetsAtMostASmallAnswer(byte[] datagram) {
        TestServer shard = new TestServer();
        Route route = shard.receive(TestServer.CLIENT, ByteBuffer.wrap(datagram));

        check(route == null, "a stranger's data was routed");
        check(shard.server.nextTimeoutNanos() == TurnServer.NO_TIMEOUT, "a stranger left state behind");
        check(shard.open.isEmpty(), "a stranger opened a socket");
        int sentBytes = 0;
        for (TestServer.Sent sent : shard.sent) {
            sentBytes += sent.datagram().remaining() + UDP_OVER_IPV4_HEADER_BYTES;
            check(sent.client().equals(TestServer.CLIENT), "somebody else was answered");
            check(StunMessage.parse(sent.datagram()) != null, "the answer is malformed");
        }
        check(sentBytes <= 2 * (datagram.length + UDP_OVER_IPV4_HEADER_BYTES), "an amplification of " + sentBytes);
    }

    /**
     * A flood of whatever strangers send, from forged addresses of one network or of many: no state, and what all those
     * addresses receive is bounded by twice what was sent and by the budgets.
     */
    @FuzzTest
    void aFloodOfStrangersIsAnsweredWithinTheBudgets(byte[] bytes) {
        TestServer shard = new TestServer(TurnServerConfig.builder().answerBudget(FLOOD_LIMITS));
        int sentBytes = 0;
        int requestBytes = 0;
        int rounds = Math.min(bytes.length, 200);
        for (int i = 0; i < rounds; i++) {
            int from = i % Math.max(1, bytes.length);
            byte[] datagram = Arrays.copyOfRange(bytes, from, bytes.length);
            byte[] request = (bytes[i] & 1) == 0
                    ? datagram
                    : TestClient.udp(TestClient.begin(METHODS[bytes[i] >>> 1 & 3]))
                            .encode();
            TransportAddress forged = TransportAddress.parse(
                    (bytes[i] & 8) == 0 ? "192.0.2." + (i + 1) + ":5000" : "198.18." + (i + 1) + ".7:5000");
            int before = shard.sent.size();
            check(shard.receive(forged, ByteBuffer.wrap(request)) == null, "a stranger's data was routed");
            requestBytes += request.length + UDP_OVER_IPV4_HEADER_BYTES;
            for (TestServer.Sent sent : shard.sent.subList(before, shard.sent.size())) {
                check(sent.client().equals(forged), "somebody else was answered");
                sentBytes += sent.datagram().remaining() + UDP_OVER_IPV4_HEADER_BYTES;
            }
        }
        check(sentBytes <= 2 * requestBytes, "an amplification");
        check(sentBytes <= 2 * FLOOD_LIMITS.bytesPerSecond(), "more than the budget: " + sentBytes);
        check(shard.server.nextTimeoutNanos() == TurnServer.NO_TIMEOUT, "strangers left state behind");
        check(shard.open.isEmpty(), "strangers opened a socket");
    }

    /** Enough for more attributes than a message may have. */
    private static final int MAX_FUZZED_BYTES = StunMessage.ATTRIBUTE_HEADER_BYTES * (StunMessage.MAX_ATTRIBUTES + 1);

    /** Whatever attributes a user signs, before and after it has an allocation: one well-formed answer each. */
    @FuzzTest
    void aUserCanSignWhateverItLikes(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        TestServer shard = new TestServer();
        TestClient client = TestClient.alice(shard);
        client.fetchNonce();
        byte[] attributes = Arrays.copyOfRange(bytes, 1, Math.min(bytes.length, MAX_FUZZED_BYTES));
        int method = METHODS[bytes[0] & 3];
        send(shard, client, method, attributes);
        if ((bytes[0] & 4) != 0 && shard.open.isEmpty()) {
            client.allocate();
            send(shard, client, method, attributes);
        }
        shard.advanceSeconds(2L * TurnServerConfig.MAX_LIFETIME_SECONDS);
        check(shard.open.isEmpty(), "a socket outlived every lifetime");
        check(shard.server.nextTimeoutNanos() == TurnServer.NO_TIMEOUT, "something outlived every lifetime");
    }

    private static void send(TestServer shard, TestClient client, int method, byte[] attributes) {
        byte[] request = signed(client, method, attributes);
        int before = shard.sent.size();
        Route route = shard.receive(client.address, ByteBuffer.wrap(request));
        check(route == null, "a request was routed");
        boolean parses = StunMessage.parse(ByteBuffer.wrap(request)) != null;
        check(shard.sent.size() - before == (parses ? 1 : 0), "not exactly one answer");
        TurnCounters counters = shard.server.counters();
        check(
                counters.allocations() == shard.open.size() || counters.allocations() + 1 == shard.open.size(),
                "sockets");
        check(
                counters.permissions()
                        <= TurnServerConfig.defaults().limits().permissions().perAllocation(),
                "permissions");
        check(counters.channels() <= 1, "channels");
    }

    /** A request whose attributes are these bytes behind the credentials, however broken, under a right signature. */
    private static byte[] signed(TestClient client, int method, byte[] attributes) {
        byte[] start =
                client.credentials(TestClient.begin(method), client.nonce).encode();
        int padded = attributes.length & ~3;
        ByteBuffer message =
                ByteBuffer.allocate(start.length + padded + 24).put(start).put(attributes, 0, padded);
        message.putShort(2, (short) (message.capacity() - StunMessage.HEADER_BYTES));
        byte[] hmac = hmacSha1(client.key, Arrays.copyOf(message.array(), message.position()));
        message.putShort((short) 0x0008).putShort((short) hmac.length).put(hmac);
        return message.array();
    }

    private static byte[] hmacSha1(byte[] key, byte[] data) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Whatever arrives where data is relayed: routes lead to permitted peers only, and headers fit. */
    @FuzzTest
    void dataNeverLeavesForARefusedPeer(byte[] bytes) {
        TestServer shard = new TestServer();
        TestClient client = TestClient.alice(shard).withAllocation();
        client.createPermission(TestServer.PEER, new TransportAddress(TestServer.OWN, 0));
        client.bindChannel(0x4000, TestClient.ipv4(1, 1));
        ByteBuffer datagram = ByteBuffer.wrap(bytes);
        Route route = shard.receive(client.address, datagram);
        if (route != null) {
            TransportAddress peer = route.peer();
            check(TestServer.POLICY.permits(peer.ip()) || shard.isLive(peer), "a route to " + peer);
            check(datagram.remaining() <= bytes.length - 4, "more data than there was");
        }
        ByteBuffer buffer = ByteBuffer.allocate(TurnServer.HEADROOM_BYTES + bytes.length + TurnServer.TAILROOM_BYTES)
                .position(TurnServer.HEADROOM_BYTES)
                .put(bytes)
                .flip()
                .position(TurnServer.HEADROOM_BYTES);
        ClientPath path = shard.receiveFromPeer(shard.onlySocket(), TestServer.PEER, buffer);
        if (path != null) {
            StunMessage indication = StunMessage.parse(buffer);
            check(indication != null, "a malformed Data indication");
        }
    }

    /** Any sequence of good and bad requests, data and waiting, against the model. */
    @FuzzTest
    void everyStoryEndsAsTheModelSays(byte[] story) {
        new ModelRun(Arrays.copyOf(story, Math.min(story.length, 2_000))).run();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
