package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.DENIED_PEER;
import static io.rift.server.core.turn.TestServer.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6062 without sockets: connections that peers make, and the bounds on all of them. */
class PeerConnectionTest {
    private static final TransportAddress DATA_CLIENT = TcpRelayingTest.DATA_CLIENT;

    private final TestServer shard = server(TcpRelayConfig.ENABLED);
    private final TestClient client = allocated(shard);

    private static TestServer server(TcpRelayConfig config) {
        return new TestServer(TurnServerConfig.builder().tcpRelay(config));
    }

    private static TestClient allocated(TestServer shard) {
        TestClient client = TestClient.alice(shard).over(ClientTransport.TCP);
        assertSuccess(client.allocateTcp());
        return client;
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.3",
            text = "A peer's connection is announced with its address and a CONNECTION-ID, and can be bound")
    void aPermittedPeersConnectionIsAnnounced() {
        client.createPermission(PEER);

        PeerConnection connection = shard.accept(shard.onlySocket(), PEER);

        StunMessage indication = client.lastResponse();
        assertThat(indication.is(MessageClass.INDICATION, TurnMethod.CONNECTION_ATTEMPT))
                .isTrue();
        assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(PEER);
        long id = Objects.requireNonNull(indication.get(TurnAttributes.CONNECTION_ID));
        assertSuccess(client.from(DATA_CLIENT).connectionBind(id));
        assertThat(shard.spliced.getFirst().connection()).isEqualTo(connection);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.3",
            text = "A connection of a peer without a permission is closed, and the client hears nothing of it")
    void aPeerWithoutAPermissionIsRefused() {
        int sent = shard.sent.size();

        assertThat(shard.accept(shard.onlySocket(), PEER)).isNull();

        assertThat(shard.sent).hasSize(sent);
        assertThat(shard.drops(DropReason.NO_PERMISSION)).isEqualTo(1);
        assertThat(shard.server.counters().peerConnections()).isZero();
    }

    @Test
    void aPeerWhosePermissionHasExpiredIsRefused() {
        client.createPermission(PEER);
        shard.advanceSeconds(TurnServerConfig.PERMISSION_LIFETIME_SECONDS);

        assertThat(shard.accept(shard.onlySocket(), PEER)).isNull();
    }

    @Test
    void onTheServersOwnAddressOnlyRelaysForTcpAreAccepted() {
        TestClient other = client.from(DATA_CLIENT);
        TransportAddress relayed = TestClient.relayed(other.allocateTcp());
        client.createPermission(relayed);
        RelaySocket socket = shard.open.iterator().next();

        assertThat(shard.accept(socket, relayed)).isNotNull();
        assertThat(shard.accept(socket, new TransportAddress(TestServer.OWN, 40_000)))
                .isNull();
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(1);
    }

    @Test
    void whatNobodyBindsIsClosed() {
        client.createPermission(PEER);
        PeerConnection connection = shard.accept(shard.onlySocket(), PEER);

        shard.advanceSeconds(TcpRelayConfig.BIND_TIMEOUT_SECONDS - 1);
        assertThat(shard.closed).isEmpty();
        shard.advanceSeconds(1);

        assertThat(shard.closed).containsExactly(connection);
        assertThat(shard.server.counters().peerConnections()).isZero();
    }

    /** Else a peer could end the control connection of a client that reads slowly. */
    @Test
    void aPeerThatConnectsAndResetsInALoopIsAnnouncedSoOftenASecond() {
        client.createPermission(PEER);
        int sent = shard.sent.size();

        for (int i = 0; i < 10_000; i++) {
            PeerConnection connection = shard.accept(shard.onlySocket(), new TransportAddress(PEER.ip(), 10_000 + i));
            if (connection != null) {
                shard.ended(connection);
            }
        }

        assertThat(shard.sent).hasSize(sent + 32);
        assertThat(shard.drops(DropReason.CONNECTION_ATTEMPT_RATE)).isEqualTo(10_000 - 32);
        shard.advanceSeconds(1);
        assertThat(shard.accept(shard.onlySocket(), PEER)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"1,32", "16,32", "17,34", "100,200", "2147483647,2147483647"})
    void whereMoreMayWaitMoreAreAnnounced(int unbound, int perSecond) {
        assertThat(new TcpRelayConfig(true, 9, 9, 9, unbound).attemptsPerSecond())
                .isEqualTo(perSecond);
    }

    @Test
    void asManyAsMayWaitCanComeAtOnce() {
        TestServer bounded = server(new TcpRelayConfig(true, 100, 100, 100, 100));
        TestClient alice = allocated(bounded);
        alice.createPermission(PEER);
        for (int i = 1; i <= 100; i++) {
            assertThat(bounded.accept(bounded.onlySocket(), peer(i))).isNotNull();
        }
    }

    @Test
    void aPeerThatLeavesBeforeItsConnectionIsBoundLeavesNothing() {
        client.createPermission(PEER);
        PeerConnection connection = shard.accept(shard.onlySocket(), PEER);
        long id = Objects.requireNonNull(client.lastResponse().get(TurnAttributes.CONNECTION_ID));

        shard.ended(connection);

        assertError(client.from(DATA_CLIENT).connectionBind(id), ErrorCode.BAD_REQUEST);
        assertThat(shard.server.counters().peerConnections()).isZero();
    }

    @Test
    void aConnectToAPeerThatHasConnectedExistsAlready() {
        client.createPermission(PEER);
        shard.accept(shard.onlySocket(), PEER);

        assertError(client.connect(PEER), ErrorCode.CONNECTION_ALREADY_EXISTS);
    }

    @Test
    void aSocketWhoseAllocationIsGoneTakesNoConnection() {
        client.createPermission(PEER);
        RelaySocket socket = shard.onlySocket();
        client.refresh(0);

        assertThat(shard.accept(socket, PEER)).isNull();
        assertThat(shard.drops(DropReason.NO_RELAY)).isEqualTo(1);
    }

    @Test
    void aConnectionToARelayThatDiedIsNotBound() {
        TestClient other = client.from(DATA_CLIENT);
        TransportAddress relayed = TestClient.relayed(other.allocateTcp());
        client.createPermission(relayed);
        client.connect(relayed);
        shard.connected(shard.connecting.getFirst());
        long id = Objects.requireNonNull(client.lastResponse().get(TurnAttributes.CONNECTION_ID));
        other.refresh(0);

        assertError(client.from(TestClient.ipv4(1, 1)).connectionBind(id), ErrorCode.FORBIDDEN);

        assertThat(shard.closed).isEqualTo(shard.connecting);
        assertThat(shard.spliced).isEmpty();
    }

    @Test
    void connectionsToAnAddressThatBecomesTheServersOwnAreClosed() {
        TransportAddress elsewhere = TransportAddress.parse("198.51.100.9:5000");
        client.createPermission(PEER);
        client.createPermission(elsewhere);
        PeerConnection bound = shard.accept(shard.onlySocket(), PEER);
        long id = Objects.requireNonNull(client.lastResponse().get(TurnAttributes.CONNECTION_ID));
        assertSuccess(client.from(DATA_CLIENT).connectionBind(id));
        assertThat(client.connect(peer(1))).isNull();
        PeerConnection stays = shard.accept(shard.onlySocket(), elsewhere);

        shard.gained.add(PEER.ip());
        shard.server.administration().ownAddressesChanged(shard.nowNanos());
        shard.drain();

        assertThat(shard.closed).containsExactlyInAnyOrder(bound, shard.connecting.getFirst());
        assertThat(stays).isNotNull();
        assertThat(shard.server.counters().peerConnections()).isEqualTo(1);
    }

    /** Each time it is another bound that is 3. */
    @ParameterizedTest
    @CsvSource({"3,9,9,9", "9,3,9,9", "9,9,3,9", "9,9,9,3"})
    void beyondABoundConnectIsRefusedAndPeersAreClosed(int all, int user, int allocation, int unbound) {
        TestServer bounded = server(new TcpRelayConfig(true, all, user, allocation, unbound));
        TestClient alice = allocated(bounded);
        alice.createPermission(PEER);
        RelaySocket socket = bounded.onlySocket();
        assertThat(alice.connect(peer(1))).isNull();
        assertThat(bounded.accept(socket, peer(2))).isNotNull();
        assertThat(alice.connect(peer(3))).isNull();

        assertError(alice.connect(peer(4)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(bounded.accept(socket, peer(5))).isNull();
        assertThat(bounded.drops(DropReason.TOO_MANY_CONNECTIONS)).isEqualTo(1);
        assertThat(bounded.server.counters().peerConnections()).isEqualTo(3);

        bounded.ended(bounded.connecting.getFirst());
        assertThat(bounded.accept(socket, peer(5))).isNotNull();
    }

    @Test
    void whatIsBoundMakesRoomAmongTheUnbound() {
        TestServer bounded = server(new TcpRelayConfig(true, 9, 9, 9, 1));
        TestClient alice = allocated(bounded);
        alice.createPermission(PEER);
        bounded.accept(bounded.onlySocket(), peer(1));
        long id = Objects.requireNonNull(alice.lastResponse().get(TurnAttributes.CONNECTION_ID));
        assertThat(bounded.accept(bounded.onlySocket(), peer(2))).isNull();

        assertSuccess(alice.from(DATA_CLIENT).connectionBind(id));

        assertThat(bounded.accept(bounded.onlySocket(), peer(2))).isNotNull();
    }

    @Test
    void aBoundIsThatOfOneUser() {
        TestServer bounded = server(new TcpRelayConfig(true, 9, 1, 9, 9));
        TestClient alice = allocated(bounded);
        alice.createPermission(PEER);
        assertThat(alice.connect(peer(1))).isNull();
        TestClient bob = alice.bobFrom(DATA_CLIENT);
        assertSuccess(bob.allocateTcp());
        bob.createPermission(PEER);

        assertError(alice.connect(peer(2)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(bob.connect(peer(2))).isNull();
    }

    @Test
    void aDeniedPeerGetsNoPermissionForTcpEither() {
        assertError(client.createPermission(DENIED_PEER), ErrorCode.FORBIDDEN);
    }

    @Test
    void aBoundThatIsNotPositiveIsAMistake() {
        assertThatThrownBy(() -> new TcpRelayConfig(true, 1, 1, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static TransportAddress peer(int port) {
        return new TransportAddress(PEER.ip(), port);
    }
}
