package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.ipv4;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.server.core.auth.TimeLimitedCredential;
import io.rift.server.core.quota.Bounds;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one user, and all together, may have at a time and turn to in a time. */
class QuotasTest {
    private static final TurnLimits FREE = TurnLimits.DEFAULTS.withNewPeers(RateLimit.UNLIMITED);
    private static final int CHANNEL = 0x4000;

    // --- what lives at a time ---

    @Test
    @Requirement(
            rfc = 8656,
            section = "10.2",
            text = "A CreatePermission request that exceeds a capacity limit is rejected with 508")
    void permissionsOfAUserAreBoundedOverAllItsAllocations() {
        TestServer shard = shard(FREE.withPermissions(new Bounds(100, 3, 100)));
        TestClient first = alice(shard, 1);
        TestClient second = alice(shard, 2);
        TestClient bob = bob(shard);
        assertSuccess(first.createPermission(ipv4(1, 0), ipv4(2, 0)));
        assertSuccess(second.createPermission(ipv4(1, 0)));

        assertError(second.createPermission(ipv4(2, 0)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertError(second.bindChannel(CHANNEL, ipv4(2, 1)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertSuccess(bob.createPermission(ipv4(1, 0), ipv4(2, 0), ipv4(3, 0)));
        assertThat(shard.server.counters().refusals(Quota.PERMISSIONS_OF_USER)).isEqualTo(2);
        assertSuccess(first.refresh(0));
        assertSuccess(second.createPermission(ipv4(2, 0), ipv4(3, 0)));
    }

    @Test
    void permissionsOfAllAreBounded() {
        TestServer shard = shard(FREE.withPermissions(new Bounds(3, 100, 100)));
        TestClient alice = alice(shard, 1);
        TestClient bob = bob(shard);
        assertSuccess(alice.createPermission(ipv4(1, 0), ipv4(2, 0), ipv4(3, 0)));

        assertError(bob.createPermission(ipv4(1, 0)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(shard.server.counters().refusals(Quota.PERMISSIONS_IN_ALL)).isEqualTo(1);
        shard.advanceSeconds(TurnServerConfig.PERMISSION_LIFETIME_SECONDS);
        assertSuccess(bob.createPermission(ipv4(1, 0)));
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "A binding that the server has no room for is answered 508")
    void channelsOfAUserAndOfAllAreBounded() {
        TestServer shard = shard(FREE.withChannels(new Bounds(3, 2, 100)));
        TestClient first = alice(shard, 1);
        TestClient second = alice(shard, 2);
        TestClient bob = bob(shard);
        assertSuccess(first.bindChannel(CHANNEL, ipv4(1, 1)));
        assertSuccess(second.bindChannel(CHANNEL, ipv4(1, 1)));

        assertError(second.bindChannel(CHANNEL + 1, ipv4(1, 2)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertSuccess(second.bindChannel(CHANNEL, ipv4(1, 1)));
        assertSuccess(bob.bindChannel(CHANNEL, ipv4(1, 1)));
        assertError(bob.bindChannel(CHANNEL + 1, ipv4(1, 2)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(shard.server.counters().refusals(Quota.CHANNELS_OF_USER)).isEqualTo(1);
        assertThat(shard.server.counters().refusals(Quota.CHANNELS_IN_ALL)).isEqualTo(1);
    }

    @Test
    void sendIndicationsReachABoundedNumberOfPeersAtATime() {
        TestServer shard = shard(FREE.withPeers(new Bounds(100, 3, 2)));
        TestClient first = alice(shard, 1);
        TestClient second = alice(shard, 2);
        assertSuccess(first.createPermission(ipv4(1, 0), ipv4(2, 0)));
        assertSuccess(second.createPermission(ipv4(1, 0)));

        assertThat(sends(first, ipv4(1, 1))).isTrue();
        assertThat(sends(first, ipv4(2, 1))).isTrue();
        assertThat(sends(first, ipv4(2, 2))).as("the third of the allocation").isFalse();
        assertThat(sends(first, ipv4(2, 1))).isTrue();
        assertThat(sends(second, ipv4(1, 1))).isTrue();
        assertThat(sends(second, ipv4(1, 2))).as("the fourth of the user").isFalse();
        assertThat(shard.drops(DropReason.PEER_QUOTA)).isEqualTo(2);
        assertThat(shard.server.counters().peers()).isEqualTo(3);
    }

    @Test
    void peersOfAllAreBounded() {
        TestServer shard = shard(FREE.withPeers(new Bounds(3, 100, 100)));
        TestClient alice = alice(shard, 1);
        TestClient bob = bob(shard);
        assertSuccess(alice.createPermission(ipv4(1, 0)));
        assertSuccess(bob.createPermission(ipv4(1, 0)));
        for (int port = 1; port <= 3; port++) {
            assertThat(sends(alice, ipv4(1, port))).isTrue();
        }

        assertThat(sends(bob, ipv4(1, 1))).isFalse();
        assertThat(shard.drops(DropReason.PEER_QUOTA)).isEqualTo(1);
        assertSuccess(alice.refresh(0));
        assertThat(sends(bob, ipv4(1, 1))).isTrue();
    }

    @Test
    void aPeerThatIsRefusedTakesNobodysPlaceAndCostsNothing() {
        TestServer shard =
                shard(TurnLimits.DEFAULTS.withPeers(new Bounds(100, 100, 1)).withNewPeers(new RateLimit(1, 1)));
        TestClient client = alice(shard, 1);
        assertSuccess(client.createPermission(ipv4(1, 0)));
        for (int i = 0; i < 10; i++) {
            assertThat(sends(client, ipv4(1, 0)))
                    .as("nothing listens on port 0")
                    .isFalse();
        }

        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(10);
        assertThat(shard.server.counters().peers()).isZero();
        assertThat(sends(client, ipv4(1, 1))).as("covered by the permission").isTrue();
    }

    @Test
    void aPeerIsForgottenWithItsPermissionOrWhenARefreshFindsItUnused() {
        TestServer shard = shard(FREE.withPeers(new Bounds(100, 100, 2)));
        TestClient client = alice(shard, 1);
        assertSuccess(client.createPermission(ipv4(1, 0)));
        sends(client, ipv4(1, 1));
        sends(client, ipv4(1, 2));
        assertThat(sends(client, ipv4(1, 3))).isFalse();

        assertSuccess(client.createPermission(ipv4(1, 0)));
        assertThat(sends(client, ipv4(1, 3))).as("both were in use until now").isFalse();
        assertThat(sends(client, ipv4(1, 2))).isTrue();
        assertSuccess(client.createPermission(ipv4(1, 0)));
        assertThat(sends(client, ipv4(1, 3))).as("the first was idle").isTrue();
        shard.advanceSeconds(TurnServerConfig.PERMISSION_LIFETIME_SECONDS);
        assertThat(shard.server.counters().peers()).isZero();
        assertSuccess(client.createPermission(ipv4(1, 0)));
        assertThat(sends(client, ipv4(1, 1))).isTrue();
        assertThat(sends(client, ipv4(1, 2))).isTrue();
        assertSuccess(client.refresh(0));
        assertThat(shard.server.counters().peers()).isZero();
    }

    // --- new peers in a time ---

    @Test
    void whoeverScansPortsWithSendIndicationsIsHeldBack() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withPeers(new Bounds(100_000, 100_000, 100_000)));
        TestClient client = alice(shard, 1);
        assertSuccess(client.createPermission(ipv4(1, 0)));

        int reached = 0;
        for (int port = 1; port <= 5_000; port++) {
            reached += sends(client, ipv4(1, port)) ? 1 : 0;
        }
        assertThat(reached).isEqualTo(1_000); // the first port came with the permission, which was paid for
        assertThat(shard.drops(DropReason.NEW_PEER_RATE)).isEqualTo(4_000);
        shard.advanceSeconds(10);
        for (int port = 5_001; port <= 10_000; port++) {
            reached += sends(client, ipv4(1, port)) ? 1 : 0;
        }
        assertThat(reached).isEqualTo(1_200);
        assertThat(sends(client, ipv4(1, 1))).as("who is known is reached").isTrue();
    }

    @Test
    void whoeverScansWithPermissionsOrChannelsIsHeldBack() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withNewPeers(new RateLimit(1, 4)));
        TestClient client = alice(shard, 1);
        assertSuccess(client.createPermission(ipv4(1, 0), ipv4(2, 0)));
        assertSuccess(client.bindChannel(CHANNEL, ipv4(1, 1)));
        assertSuccess(client.bindChannel(CHANNEL + 1, ipv4(1, 2)));
        assertSuccess(client.bindChannel(CHANNEL + 2, ipv4(3, 1)));

        assertError(client.bindChannel(CHANNEL + 3, ipv4(1, 3)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertError(client.createPermission(ipv4(4, 0)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(shard.server.counters().refusals(Quota.NEW_PEERS_OF_USER)).isEqualTo(2);
        assertThat(shard.server.counters().permissions()).isEqualTo(3);
        assertThat(shard.server.counters().channels()).isEqualTo(3);
        assertSuccess(client.createPermission(ipv4(1, 0), ipv4(2, 0)));
        assertSuccess(client.bindChannel(CHANNEL, ipv4(1, 1)));
        assertThat(sends(client, ipv4(1, 2))).as("known by its channel").isTrue();
        assertThat(sends(client, ipv4(2, 1))).as("the permission was paid for").isTrue();
        assertThat(sends(client, ipv4(2, 2))).isFalse();
        shard.advanceSeconds(1);
        assertThat(sends(client, ipv4(2, 2))).isTrue();
    }

    @Test
    void whoeverScansWithTcpConnectionsIsHeldBack() {
        TestServer shard = new TestServer(TurnServerConfig.builder()
                .tcpRelay(TcpRelayConfig.ENABLED)
                .limits(TurnLimits.DEFAULTS.withNewPeers(new RateLimit(1, 3))));
        TestClient client = TestClient.alice(shard).over(ClientTransport.TCP);
        assertSuccess(client.allocateTcp());
        assertSuccess(client.createPermission(ipv4(1, 0)));
        client.connect(ipv4(1, 1));
        client.connect(ipv4(1, 2));

        assertError(client.connect(ipv4(1, 3)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(shard.server.counters().refusals(Quota.NEW_PEERS_OF_USER)).isEqualTo(1);
    }

    /** 100 checks at a time, RFC 8445 section 6.1.2.5, from each of the 64 allocations to the same few peers. */
    @Test
    void iceIsNeverHeldBackByTheDefaults() {
        TestServer shard = shard(TurnLimits.DEFAULTS);
        for (int i = 1; i <= 64; i++) {
            TestClient client = alice(shard, i);
            for (int peer = 1; peer <= 4; peer++) {
                assertSuccess(client.createPermission(ipv4(peer, 0)));
                for (int port = 1; port <= 3; port++) {
                    assertThat(sends(client, ipv4(peer, port))).isTrue();
                }
            }
        }
    }

    @Test
    void whatIsRefusedForAnotherReasonCostsNothing() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withNewPeers(new RateLimit(1, 2)));
        TestClient client = alice(shard, 1);
        for (int i = 0; i < 10; i++) {
            assertError(client.createPermission(ipv4(1, 0), TestServer.DENIED_PEER), ErrorCode.FORBIDDEN);
            assertError(client.bindChannel(CHANNEL, TestServer.DENIED_PEER), ErrorCode.FORBIDDEN);
        }
        assertSuccess(client.createPermission(ipv4(1, 0), ipv4(2, 0)));
    }

    // --- who is remembered ---

    @Test
    void limitsAreNotResetByAllocatingAnew() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withNewPeers(new RateLimit(1, 10)));
        for (int i = 0; i < 10; i++) {
            TestClient client = alice(shard, 1);
            assertSuccess(client.createPermission(ipv4(1, 0)));
            assertSuccess(client.refresh(0));
        }
        TestClient client = alice(shard, 1);

        assertError(client.createPermission(ipv4(1, 0)), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    void freshCredentialsOfTheSameNameAreTheSameUser() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withNewPeers(new RateLimit(1, 10)));
        for (int i = 0; i < 10; i++) {
            TestClient client = carol(shard, i);
            assertSuccess(client.createPermission(ipv4(1, 0)));
            assertSuccess(client.refresh(0));
        }

        assertError(carol(shard, 10).createPermission(ipv4(1, 0)), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    private static TestClient carol(TestServer shard, int i) {
        TimeLimitedCredential credential = TestServer.SECRETS.issue("carol", TestServer.START_WALL_SECONDS + 1000 + i);
        return new TestClient(
                        shard,
                        TransportAddress.parse("192.0.2.30:" + (1000 + i)),
                        credential.username(),
                        credential.password())
                .withAllocation();
    }

    @Test
    void usersWithoutAllocationsAreForgottenWhenTheyHaveNothingToAnswerFor() {
        TestServer shard = shard(TurnLimits.DEFAULTS.withNewPeers(new RateLimit(1, 10)));
        TestClient quiet = alice(shard, 1);
        assertThat(quotas(shard).accountNames()).containsExactly("alice");
        assertThat(shard.server.counters().users()).isEqualTo(1);
        assertSuccess(quiet.refresh(0));
        assertThat(quotas(shard).accountNames()).isEmpty();

        TestClient busy = alice(shard, 2);
        assertSuccess(busy.createPermission(ipv4(1, 0), ipv4(2, 0), ipv4(3, 0)));
        assertSuccess(busy.refresh(0));
        assertThat(shard.server.counters().users()).isZero();
        shard.advanceSeconds(2);
        assertThat(quotas(shard).accountNames()).containsExactly("alice");
        shard.advanceSeconds(1);
        assertThat(quotas(shard).accountNames()).isEmpty();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    @Test
    void theNumberOfRememberedUsersIsBounded() {
        DeadlineHeap deadlines = new DeadlineHeap();
        Quotas quotas = new Quotas(TurnLimits.DEFAULTS, new TurnCounters(), deadlines);
        for (int i = 0; i < Quotas.MAX_IDLE_ACCOUNTS + 10; i++) {
            Account account = quotas.occupy("user " + i);
            quotas.payForNewPeers(account, 100, TimeUnit.SECONDS.toNanos(1));
            quotas.vacate(account);
        }

        assertThat(quotas.accounts()).isEqualTo(Quotas.MAX_IDLE_ACCOUNTS);
        assertThat(deadlines.size()).isEqualTo(Quotas.MAX_IDLE_ACCOUNTS);
        assertThat(quotas.accountNames().getFirst()).isEqualTo("user 10");
    }

    private static Quotas quotas(TestServer shard) {
        return shard.server.quotas();
    }

    private static TestServer shard(TurnLimits limits) {
        return new TestServer(TurnServerConfig.builder().limits(limits));
    }

    private static TestClient alice(TestServer shard, int i) {
        return TestClient.alice(shard, TransportAddress.parse("192.0.2.10:" + (5000 + i)))
                .withAllocation();
    }

    private static TestClient bob(TestServer shard) {
        return new TestClient(shard, TransportAddress.parse("192.0.2.20:1"), "bob", "also secret").withAllocation();
    }

    private static boolean sends(TestClient client, TransportAddress peer) {
        return client.shard.receive(client.address, TestClient.sendIndication(peer, "x")) != null;
    }
}
