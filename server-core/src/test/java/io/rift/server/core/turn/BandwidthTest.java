package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import org.junit.jupiter.api.Test;

/** Bytes per second, of one user and of all, in both directions together. */
class BandwidthTest {
    private static final int CHANNEL = 0x4000;
    private static final int MANY = 1_000;
    private static final String PAYLOAD = "x".repeat(972);

    /** The payload with the headers of IPv4 and UDP. */
    private static final int DATAGRAM_BYTES = 1_000;

    private static final RateLimit LIMIT = new RateLimit(10_000, 100_000);
    private static final TurnLimits PER_USER = TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, LIMIT);
    private static final TurnLimits IN_ALL = TurnLimits.DEFAULTS.withBandwidth(LIMIT, RateLimit.UNLIMITED);

    @Test
    void overAnHourAUserGetsItsRateAndOneBurst() {
        TestServer shard = shard(PER_USER);
        TestClient client = alice(shard, 1);
        long relayed = 0;
        for (int second = 0; second < 3_600; second++) {
            if (second % 60 == 0) {
                client.nonce = null;
                assertSuccess(client.refresh(600));
                assertSuccess(client.bindChannel(CHANNEL, PEER));
            }
            for (int i = 0; i < 15; i++) {
                relayed += toPeer(client) ? DATAGRAM_BYTES : 0;
            }
            shard.advanceSeconds(1);
        }

        assertThat(relayed).isEqualTo(LIMIT.burst() + 3_599 * LIMIT.perSecond());
        assertThat(shard.drops(DropReason.USER_BANDWIDTH)).isEqualTo(3_600 * 15 - relayed / DATAGRAM_BYTES);
        assertThat(shard.server.counters().bytesToPeers()).isEqualTo(relayed / DATAGRAM_BYTES * PAYLOAD.length());
    }

    @Test
    void bothDirectionsCount() {
        TestServer shard = shard(PER_USER);
        TestClient client = alice(shard, 1);
        int passed = 0;
        while (passed < MANY && toPeer(client) && toClient(shard)) {
            passed++;
        }

        assertThat(passed).isEqualTo(50);
        assertThat(toClient(shard)).isFalse();
        assertThat(shard.drops(DropReason.USER_BANDWIDTH)).isEqualTo(2);
        assertThat(shard.server.counters().packetsToClients()).isEqualTo(50);
    }

    @Test
    void sendIndicationsCountLikeChannelData() {
        TestServer shard = shard(PER_USER);
        TestClient client = alice(shard, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, PAYLOAD)))
                    .isNotNull();
        }

        assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, PAYLOAD)))
                .isNull();
        assertThat(toPeer(client)).isFalse();
    }

    @Test
    void theAllocationsOfAUserShareItsBandwidthAndOtherUsersHaveTheirOwn() {
        TestServer shard = shard(PER_USER);
        TestClient first = alice(shard, 1);
        TestClient second = alice(shard, 2);
        TestClient bob = bob(shard);
        exhaust(first);

        assertThat(toPeer(second)).isFalse();
        assertThat(toPeer(bob)).isTrue();
    }

    @Test
    void toAllocateAnewBringsNoNewBurst() {
        TestServer shard = shard(PER_USER);
        TestClient client = alice(shard, 1);
        exhaust(client);
        assertSuccess(client.refresh(0));
        shard.advanceSeconds(1);

        TestClient again = alice(shard, 1);
        assertThat(exhaust(again)).isEqualTo(10);
    }

    @Test
    void allUsersTogetherAreBounded() {
        TestServer shard = shard(IN_ALL);
        TestClient alice = alice(shard, 1);
        TestClient bob = bob(shard);

        assertThat(exhaust(alice)).isEqualTo(100);
        assertThat(toPeer(bob)).isFalse();
        assertThat(shard.drops(DropReason.TOTAL_BANDWIDTH)).isEqualTo(2);
        shard.advanceSeconds(1);
        assertThat(exhaust(bob)).isEqualTo(10);
    }

    @Test
    void whatTheUsersTogetherMayNotSendIsNotChargedToTheUser() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withBandwidth(LIMIT, new RateLimit(30, 101_000)));
        TestClient alice = alice(shard, 1);
        for (int i = 0; i < 500; i++) {
            toPeer(alice);
        }
        shard.advanceSeconds(10);

        assertThat(exhaust(alice)).isEqualTo(1);
    }

    @Test
    void controlMessagesAreAnsweredWhenTheBandwidthIsUsedUp() {
        TestServer shard = shard(PER_USER);
        TestClient client = alice(shard, 1);
        exhaust(client);

        assertSuccess(client.createPermission(PEER));
        assertSuccess(client.refresh(600));
    }

    private static int exhaust(TestClient client) {
        int passed = 0;
        while (passed < MANY && toPeer(client)) {
            passed++;
        }
        return passed;
    }

    private static boolean toPeer(TestClient client) {
        return client.sendChannelData(CHANNEL, PAYLOAD) != null;
    }

    private static boolean toClient(TestServer shard) {
        return shard.receiveFromPeer(shard.onlySocket(), PEER, TestServer.payload(PAYLOAD)) != null;
    }

    private static TestServer shard(TurnLimits limits) {
        return new TestServer(TurnServerConfig.builder().limits(limits));
    }

    private static TestClient alice(TestServer shard, int i) {
        return withChannel(TestClient.alice(shard, TransportAddress.parse("192.0.2.10:" + (5000 + i))));
    }

    private static TestClient bob(TestServer shard) {
        return withChannel(new TestClient(shard, TransportAddress.parse("192.0.2.20:1"), "bob", "also secret"));
    }

    private static TestClient withChannel(TestClient client) {
        client.withAllocation();
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        return client;
    }
}
