package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.ipv4;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.Revocations;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.auth.TimeLimitedCredential;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator can see, end and change while the relay runs. */
class AdministrationTest {
    private static final int CHANNEL = 0x4000;

    private final TestServer shard = new TestServer();
    private final Administration administration = shard.server.administration();

    // --- list and inspect ---

    @Test
    void allocationsAreListedOldestFirstInPages() {
        for (int i = 1; i <= 5; i++) {
            TestClient.alice(shard, ipv4(1, i)).withAllocation();
        }
        List<AllocationView> first = list(0, 2);
        List<AllocationView> second = list(first.getLast().id(), 2);
        List<AllocationView> third = list(second.getLast().id(), 2);

        assertThat(first).extracting(AllocationView::client).containsExactly(ipv4(1, 1), ipv4(1, 2));
        assertThat(second).extracting(AllocationView::client).containsExactly(ipv4(1, 3), ipv4(1, 4));
        assertThat(third).extracting(AllocationView::client).containsExactly(ipv4(1, 5));
        assertThat(list(third.getLast().id(), 2)).isEmpty();
    }

    @Test
    void noCallListsMoreThanTheBound() {
        int many = Administration.MAX_LISTED + 1;
        TestServer full = new TestServer(TurnServerConfig.builder()
                .limits(TurnLimits.DEFAULTS.withMaxAllocations(many).withMaxAllocationsPerUser(many)));
        for (int i = 1; i <= many; i++) {
            TestClient.alice(full, ipv4(1, i)).withAllocation();
        }

        assertThat(full.server.administration().list(0, many, full.nowNanos())).hasSize(Administration.MAX_LISTED);
    }

    @Test
    void onlyWhatLivesIsListed() {
        shard.opensSockets = false;
        TestClient alice = TestClient.alice(shard);
        alice.fetchNonce();
        alice.send(alice.sign(TestClient.udp(TestClient.begin(io.rift.protocol.turn.TurnMethod.ALLOCATE))));
        assertThat(list(0, 10)).isEmpty();

        shard.socketOpened(shard.opening.element());
        assertThat(list(0, 10)).hasSize(1);
        shard.advanceSeconds(600);
        assertThat(list(0, 10)).isEmpty();
    }

    @Test
    void anInspectedAllocationShowsWhatItHasAndHasDone() {
        TestClient client = TestClient.alice(shard);
        StunMessage response = client.allocate();
        assertSuccess(client.createPermission(ipv4(7, 0)));
        shard.advanceSeconds(100);
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        client.sendChannelData(CHANNEL, "12345");
        client.sendChannelData(CHANNEL, "12345");
        shard.receiveFromPeer(shard.onlySocket(), PEER, payload("123"));
        AllocationView.Details details =
                administration.inspect(list(0, 1).getFirst().id(), shard.nowNanos());

        AllocationView allocation = details.allocation();
        assertThat(allocation.username()).isEqualTo("alice");
        assertThat(allocation.client()).isEqualTo(client.address);
        assertThat(allocation.server()).isEqualTo(TestServer.LOCAL);
        assertThat(allocation.relayed()).containsExactly(TestClient.relayed(response));
        assertThat(allocation.lifetimeSeconds()).isEqualTo(500);
        assertThat(allocation.packetsToPeers()).isEqualTo(2);
        assertThat(allocation.bytesToPeers()).isEqualTo(10);
        assertThat(allocation.packetsToClient()).isEqualTo(1);
        assertThat(allocation.bytesToClient()).isEqualTo(3);
        assertThat(details.permissions())
                .containsExactlyInAnyOrder(
                        new AllocationView.PermissionView("198.51.100.7", 200),
                        new AllocationView.PermissionView("198.51.100.20", 300));
        assertThat(details.channels()).containsExactly(new AllocationView.ChannelView(CHANNEL, PEER, 600));
        assertThat(administration.inspect(999, shard.nowNanos())).isNull();
    }

    // --- end ---

    @Test
    void anAllocationThatIsEndedIsGoneWithAllThatBelongsToIt() {
        TestClient client = TestClient.alice(shard).withAllocation();
        TestClient other = TestClient.alice(shard, ipv4(1, 1)).withAllocation();
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        long id = list(0, 1).getFirst().id();

        assertThat(end(id)).isTrue();
        assertThat(end(id)).isFalse();
        assertThat(shard.open).hasSize(1);
        assertThat(client.sendChannelData(CHANNEL, "x")).isNull();
        assertError(client.refresh(600), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(shard.server.counters().channels()).isZero();
        assertSuccess(other.refresh(600));
        assertSuccess(client.allocate());
        assertThat(list(0, 10).getLast().id()).isGreaterThan(id + 1);
    }

    @Test
    void aRevokedNameLosesItsAllocationsAndEveryCredential() {
        TestClient first = carol(1, 500);
        TestClient second = carol(2, 700);
        assertSuccess(first.allocate());
        assertSuccess(second.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true)));
        TestClient alice = TestClient.alice(shard).withAllocation();
        revoke("carol", 300);

        assertThat(shard.open).hasSize(1);
        assertThat(list(0, 10)).extracting(AllocationView::username).containsExactly("alice");
        assertError(first.refresh(600), ErrorCode.UNAUTHENTICATED);
        assertError(carol(3, 900).allocate(), ErrorCode.UNAUTHENTICATED);
        assertSuccess(alice.refresh(600));
        shard.advanceSeconds(300);
        assertSuccess(carol(4, 900).allocate());
    }

    @Test
    void aRevokedCredentialLeavesTheOthersOfItsName() {
        TestClient first = carol(1, 500);
        TestClient second = carol(2, 700);
        assertSuccess(first.allocate());
        assertSuccess(second.allocate());
        revoke(first.username, 300);

        assertThat(list(0, 10)).extracting(AllocationView::username).containsExactly(second.username);
        assertError(first.allocate(), ErrorCode.UNAUTHENTICATED);
        assertSuccess(second.refresh(600));
    }

    @Test
    void anAllocationAboutToLiveEndsWithItsUserToo() {
        shard.opensSockets = false;
        TestClient alice = TestClient.alice(shard);
        alice.fetchNonce();
        alice.send(alice.sign(TestClient.udp(TestClient.begin(io.rift.protocol.turn.TurnMethod.ALLOCATE))));
        revoke("alice", 300);
        int sent = shard.sent.size();
        shard.socketOpened(shard.opening.element());

        assertThat(shard.open).isEmpty();
        assertThat(shard.sent).hasSize(sent);
        assertThat(list(0, 10)).isEmpty();
    }

    // --- change ---

    @Test
    void whoIsNoUserAnyMoreKeepsWhatItHasUntilItsNextRequest() {
        TestClient alice = TestClient.alice(shard).withAllocation();
        assertSuccess(alice.bindChannel(CHANNEL, PEER));
        change(authenticator(Map.of("bob", "also secret"), TestServer.SECRETS), TestServer.POLICY, TurnLimits.DEFAULTS);

        assertThat(alice.sendChannelData(CHANNEL, "x")).isNotNull();
        assertError(alice.refresh(600), ErrorCode.UNAUTHENTICATED);
        assertThat(alice.sendChannelData(CHANNEL, "x")).isNotNull();
        shard.advanceSeconds(600);
        assertThat(shard.open).isEmpty();
    }

    @Test
    void aNewPasswordAndAnOverlappingSecretTakeEffectAtOnce() {
        TestClient carol = carol(1, 1000);
        assertSuccess(carol.allocate());
        change(
                authenticator(Map.of("alice", "changed"), new SharedSecrets(List.of("new", TestServer.SECRET))),
                TestServer.POLICY,
                TurnLimits.DEFAULTS);

        assertSuccess(carol.refresh(600));
        assertError(TestClient.alice(shard).allocate(), ErrorCode.UNAUTHENTICATED);
        assertSuccess(new TestClient(shard, TestServer.CLIENT, "alice", "changed").allocate());
    }

    @Test
    void aPeerThatIsDeniedNowIsCutOffInBothDirectionsAtOnce() {
        TestClient alice = TestClient.alice(shard).withAllocation();
        assertSuccess(alice.bindChannel(CHANNEL, PEER));
        assertSuccess(alice.createPermission(ipv4(7, 0)));
        PeerPolicy denying =
                PeerPolicy.of(List.of(Cidr.parse("198.51.100.0/24")), List.of(Cidr.parse("198.51.100.20")));
        change(authenticator(Map.of("alice", "secret"), TestServer.SECRETS), denying, TurnLimits.DEFAULTS);

        assertThat(alice.sendChannelData(CHANNEL, "x")).isNull();
        assertThat(shard.receive(alice.address, TestClient.sendIndication(PEER, "x")))
                .isNull();
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, payload("x")))
                .isNull();
        assertThat(shard.receiveFromPeer(shard.onlySocket(), ipv4(7, 1), payload("x")))
                .isNotNull();
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(3);
        assertError(alice.bindChannel(CHANNEL, PEER), ErrorCode.FORBIDDEN);
        change(authenticator(Map.of("alice", "secret"), TestServer.SECRETS), TestServer.POLICY, TurnLimits.DEFAULTS);
        assertThat(alice.sendChannelData(CHANNEL, "x")).isNotNull();
    }

    @Test
    void aTcpConnectionWithAPeerThatIsDeniedNowIsClosed() {
        TestServer tcp = new TestServer(TurnServerConfig.builder().tcpRelay(TcpRelayConfig.ENABLED));
        TestClient alice = TestClient.alice(tcp).over(ClientTransport.TCP);
        assertSuccess(alice.allocateTcp());
        assertSuccess(alice.createPermission(PEER, ipv4(7, 0)));
        alice.connect(PEER);
        alice.connect(ipv4(7, 1));
        tcp.server
                .administration()
                .changeRules(
                        new TurnRules(
                                authenticator(Map.of("alice", "secret"), TestServer.SECRETS),
                                PeerPolicy.of(
                                        List.of(Cidr.parse("198.51.100.0/24")), List.of(Cidr.parse("198.51.100.20"))),
                                TurnLimits.DEFAULTS,
                                AlternateServers.NONE),
                        tcp.nowNanos());

        assertThat(tcp.server.counters().peerConnections()).isEqualTo(1);
    }

    @Test
    void lowerLimitsEndNothingAndHoldForWhatIsNew() {
        TestClient first = TestClient.alice(shard).withAllocation();
        TestClient second = TestClient.alice(shard, ipv4(1, 1)).withAllocation();
        change(TurnLimits.DEFAULTS.withMaxAllocationsPerUser(1));

        assertSuccess(first.refresh(600));
        assertSuccess(second.refresh(600));
        assertError(TestClient.alice(shard, ipv4(1, 2)).allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        change(TurnLimits.DEFAULTS);
        assertSuccess(TestClient.alice(shard, ipv4(1, 2)).allocate());
    }

    @Test
    void aBandwidthCanBeSetChangedAndLifted() {
        TestClient alice = TestClient.alice(shard).withAllocation();
        assertSuccess(alice.bindChannel(CHANNEL, PEER));
        change(TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, new RateLimit(1_000, 70_000)));
        assertThat(exhaust(alice)).isEqualTo(70);
        change(TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, new RateLimit(1_000, 80_000)));
        assertThat(exhaust(alice)).isEqualTo(10);
        change(TurnLimits.DEFAULTS);
        assertThat(alice.sendChannelData(CHANNEL, "x".repeat(972))).isNotNull();
    }

    @Test
    void aUserWhoHasLeftIsForgottenInTimeAlsoAfterItsLimitsHaveChanged() {
        TestClient alice = TestClient.alice(shard).withAllocation();
        assertSuccess(alice.createPermission(PEER));
        assertSuccess(alice.refresh(0));
        change(TurnLimits.DEFAULTS.withNewPeers(RateLimit.UNLIMITED));

        assertThat(shard.server.quotas().accountNames()).isEmpty();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    private static int exhaust(TestClient client) {
        int passed = 0;
        while (passed < 1_000 && client.sendChannelData(CHANNEL, "x".repeat(972)) != null) {
            passed++;
        }
        return passed;
    }

    private void change(TurnLimits limits) {
        change(authenticator(Map.of("alice", "secret"), TestServer.SECRETS), TestServer.POLICY, limits);
    }

    private void change(Authenticator authenticator, PeerPolicy policy, TurnLimits limits) {
        administration.changeRules(
                new TurnRules(authenticator, policy, limits, AlternateServers.NONE), shard.nowNanos());
    }

    private static Authenticator authenticator(Map<String, String> users, SharedSecrets secrets) {
        Nonces nonces = new Nonces(List.of(new byte[32]), Nonces.DEFAULT_LIFETIME_SECONDS);
        return new Authenticator(TestServer.REALM, users, secrets, nonces);
    }

    private void revoke(String name, int seconds) {
        administration.changeRevocations(
                Revocations.none().with(name, shard.wallSeconds() + seconds, shard.wallSeconds()));
        administration.endAllOf(name, shard.nowNanos());
        shard.drain();
    }

    private boolean end(long id) {
        boolean ended = administration.end(id, shard.nowNanos());
        shard.drain();
        return ended;
    }

    private List<AllocationView> list(long afterId, int max) {
        return administration.list(afterId, max, shard.nowNanos());
    }

    private TestClient carol(int i, int ttlSeconds) {
        TimeLimitedCredential credential = TestServer.SECRETS.issue("carol", shard.wallSeconds() + ttlSeconds);
        TransportAddress address = TransportAddress.parse("192.0.2.30:" + (1000 + i));
        return new TestClient(shard, address, credential.username(), credential.password());
    }
}
