package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.DENIED_PEER;
import static io.rift.server.core.turn.TestServer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.DeniedPorts;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6062 without sockets: allocations for TCP, and connections that the client asks for. */
class TcpRelayingTest {
    static final TransportAddress DATA_CLIENT = TransportAddress.parse("192.0.2.10:5001");

    private final TestServer shard = new TestServer(
            TurnServerConfig.builder().tcpRelay(TcpRelayConfig.ENABLED).setsDontFragment(true));
    private final TestClient client = TestClient.alice(shard).over(ClientTransport.TCP);
    private final TestClient dataClient = client.from(DATA_CLIENT);

    @ParameterizedTest
    @EnumSource(
            value = ClientTransport.class,
            names = {"TCP", "TLS"})
    @Requirement(rfc = 6062, section = "5.1", text = "A TCP allocation gets a TCP relayed transport address")
    void anAllocationForTcpListensForConnections(ClientTransport transport) {
        StunMessage response = client.over(transport).allocateTcp();

        assertSuccess(response);
        assertThat(shard.onlySocket().transport()).isEqualTo(RelayTransport.TCP);
        assertThat(TestClient.relayed(response).port())
                .isEqualTo(shard.onlySocket().port());
    }

    @ParameterizedTest
    @EnumSource(
            value = ClientTransport.class,
            names = {"UDP", "DTLS"})
    @Requirement(
            rfc = 6062,
            section = "5.1",
            text = "An Allocate request for TCP over a client transport other than TCP or TLS is rejected with 400")
    void anAllocationForTcpNeedsAStream(ClientTransport transport) {
        assertError(client.over(transport).allocateTcp(), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.1",
            text =
                    "An Allocate request for TCP with EVEN-PORT, RESERVATION-TOKEN or DONT-FRAGMENT is rejected with 400")
    void whatIsForUdpAloneIsRefused() {
        assertError(allocateTcpWith(e -> e.add(TurnAttributes.EVEN_PORT, false)), ErrorCode.BAD_REQUEST);
        assertError(allocateTcpWith(e -> e.add(TurnAttributes.EVEN_PORT, true)), ErrorCode.BAD_REQUEST);
        assertError(allocateTcpWith(e -> e.add(TurnAttributes.RESERVATION_TOKEN, new byte[8])), ErrorCode.BAD_REQUEST);
        assertError(allocateTcpWith(e -> e.add(TurnAttributes.DONT_FRAGMENT, true)), ErrorCode.BAD_REQUEST);
        assertThat(shard.open).isEmpty();
    }

    private StunMessage allocateTcpWith(UnaryOperator<StunEncoder> attributes) {
        return client.request(attributes.apply(
                TestClient.begin(TurnMethod.ALLOCATE).add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP)));
    }

    @Test
    @Requirement(rfc = 6062, section = "5.1", text = "A transport that the server does not relay is rejected with 442")
    void whereTcpRelayingIsOffItIsAnUnsupportedTransport() {
        TestServer off = new TestServer();
        TestClient alice = TestClient.alice(off).over(ClientTransport.TCP);

        assertError(alice.allocateTcp(), ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL);
        alice.withAllocation();
        assertError(alice.connect(PEER), ErrorCode.ALLOCATION_MISMATCH);
        assertError(alice.from(DATA_CLIENT).connectionBind(1), ErrorCode.BAD_REQUEST);
    }

    @Test
    void datagramsHaveNoWayThroughAnAllocationForTcp() {
        permitted();

        assertError(client.bindChannel(0x4000, PEER), ErrorCode.BAD_REQUEST);
        assertThat(client.sendChannelData(0x4000, "x")).isNull();
        assertThat(client.sendChannelData(TestClient.sendIndication(PEER, "x"))).isNull();

        assertThat(shard.drops(DropReason.TCP_ALLOCATION)).isEqualTo(1);
        assertThat(shard.drops(DropReason.NO_CHANNEL)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 6062, section = "5.2", text = "A Connect request without an allocation is rejected with 437")
    void aConnectNeedsAnAllocationForTcp() {
        assertError(client.connect(PEER), ErrorCode.ALLOCATION_MISMATCH);
        assertSuccess(client.allocate());
        assertSuccess(client.createPermission(PEER));
        assertError(client.connect(PEER), ErrorCode.ALLOCATION_MISMATCH);
    }

    @Test
    @Requirement(rfc = 6062, section = "5.2", text = "A Connect request without XOR-PEER-ADDRESS is rejected with 400")
    void aConnectNeedsAPeer() {
        permitted();

        assertError(client.request(TestClient.begin(TurnMethod.CONNECT)), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.2",
            text = "A Connect request is answered once the connection is made, with a CONNECTION-ID of its own")
    void aConnectIsAnsweredWhenTheConnectionIsThere() {
        permitted();

        assertThat(client.connect(PEER)).isNull();
        PeerConnection connection = shard.connecting.getFirst();
        assertThat(connection.relaySocket()).isEqualTo(shard.onlySocket());
        assertThat(connection.peer()).isEqualTo(PEER);
        shard.connected(connection);

        assertSuccess(client.lastResponse());
        assertThat(client.lastResponse().verifyMessageIntegrity(client.key)).isTrue();
        assertThat(client.lastResponse().get(TurnAttributes.CONNECTION_ID)).isNotNull();
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.2",
            text = "A Connect request for a peer with a connection, made or being made, is rejected with 446")
    void thereIsOneConnectionWithAPeer() {
        permitted();
        client.connect(PEER);
        assertError(client.connect(PEER), ErrorCode.CONNECTION_ALREADY_EXISTS);
        shard.connected(shard.connecting.getFirst());
        assertError(client.connect(PEER), ErrorCode.CONNECTION_ALREADY_EXISTS);
        assertThat(client.connect(new TransportAddress(PEER.ip(), 1))).isNull();

        shard.ended(shard.connecting.getFirst());
        assertThat(client.connect(PEER)).isNull();
    }

    @Test
    @Requirement(rfc = 6062, section = "5.2", text = "A Connect request that policy forbids is rejected with 403")
    void whomThePolicyDeniesIsNotConnectedTo() {
        permitted();

        for (String forbidden : new String[] {
            DENIED_PEER.toString(), "198.51.100.20:0", "10.0.0.1:80", "127.0.0.1:80", "169.254.169.254:80", "0.0.0.0:80"
        }) {
            assertError(client.connect(TransportAddress.parse(forbidden)), ErrorCode.FORBIDDEN);
        }
        assertError(client.connect(TransportAddress.parse("[2001:db8::1]:80")), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertThat(shard.connecting).isEmpty();
    }

    /** What was permitted is judged again, by address and port. */
    @Test
    @Requirement(rfc = 6062, section = "5.2", text = "A Connect request that policy forbids is rejected with 403")
    void aPeerDeniedAfterItsPermissionIsNotConnectedTo() {
        permitted();

        shard.changePolicy(TestServer.POLICY.denying(DeniedPorts.NONE.with(PEER.port(), PEER.port())));
        assertError(client.connect(PEER), ErrorCode.FORBIDDEN);
        shard.changePolicy(PeerPolicy.of(List.of(), List.of(new Cidr(PEER.ip(), 32))));
        assertError(client.connect(PEER), ErrorCode.FORBIDDEN);
        assertThat(shard.connecting).isEmpty();

        shard.changePolicy(TestServer.POLICY);
        assertSuccess(client.createPermission(PEER));
        assertThat(client.connect(PEER)).isNull();
        assertThat(shard.connecting).hasSize(1);
    }

    @Test
    void aConnectNeedsAPermission() {
        assertSuccess(client.allocateTcp());
        assertError(client.connect(PEER), ErrorCode.FORBIDDEN);

        assertSuccess(client.createPermission(PEER));
        shard.advanceSeconds(TurnServerConfig.PERMISSION_LIFETIME_SECONDS);
        assertError(client.connect(PEER), ErrorCode.FORBIDDEN);
        assertThat(shard.connecting).isEmpty();
    }

    @Test
    void onTheServersOwnAddressOnlyRelaysForTcpAreConnectedTo() {
        permitted();
        TestClient other = client.from(DATA_CLIENT);
        TransportAddress relayed = TestClient.relayed(other.allocateTcp());
        TransportAddress udp =
                TestClient.relayed(client.from(TestClient.ipv4(1, 1)).allocate());
        assertSuccess(client.createPermission(relayed));

        assertThat(client.connect(relayed)).isNull();
        assertThat(shard.connecting).hasSize(1);
        assertError(client.connect(udp), ErrorCode.FORBIDDEN);
        assertError(client.connect(new TransportAddress(TestServer.OWN, 22)), ErrorCode.FORBIDDEN);
        assertError(client.connect(TestServer.LOCAL.address()), ErrorCode.FORBIDDEN);
    }

    @Test
    void datagramsDoNotReachTheRelaysForTcp() {
        TransportAddress relayed = TestClient.relayed(client.allocateTcp());
        TestClient other = client.from(DATA_CLIENT).withAllocation();

        assertError(other.bindChannel(0x4000, relayed), ErrorCode.FORBIDDEN);
    }

    @Test
    void datagramsForARelayOfAnotherShardOnTheSamePortStayOutOfTheRelayForTcp() {
        TransportAddress relayed = TestClient.relayed(client.allocateTcp());
        shard.live.add(relayed);
        TestClient other = client.from(DATA_CLIENT).withAllocation();
        assertSuccess(other.bindChannel(0x4000, relayed));

        Route route = other.sendChannelData(0x4000, "x");

        assertThat(route.peer()).isEqualTo(relayed);
        assertThat(shard.server.isInside(route)).isFalse();
    }

    @Test
    @Requirement(rfc = 6062, section = "5.2", text = "A connection attempt that fails is answered with 447")
    void aFailureIsAnswered() {
        permitted();
        client.connect(PEER);

        shard.ended(shard.connecting.getFirst());

        assertError(client.lastResponse(), ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE);
        assertThat(shard.server.counters().peerConnections()).isZero();
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.2",
            text = "A connection attempt has at least 30 seconds, and is then answered with 447")
    void aConnectionThatTakesTooLongIsGivenUp() {
        permitted();
        client.connect(PEER);
        int sent = shard.sent.size();

        shard.advanceSeconds(29);
        assertThat(shard.sent).hasSize(sent);
        shard.advanceSeconds(1);

        assertError(client.lastResponse(), ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE);
        assertThat(shard.closed).isEqualTo(shard.connecting);
        shard.connected(shard.connecting.getFirst());
        shard.ended(shard.connecting.getFirst());
        assertThat(shard.sent).hasSize(sent + 1);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.4",
            text = "After ConnectionBind the client's connection carries the peer's bytes as they are")
    void aBoundConnectionIsSpliced() {
        long id = connectedId();

        assertSuccess(dataClient.connectionBind(id));

        assertThat(shard.spliced)
                .containsExactly(new TurnCommand.SplicePeerConnection(
                        shard.connecting.getFirst(), dataClient.local, dataClient.address));
        shard.advanceSeconds(TcpRelayConfig.BIND_TIMEOUT_SECONDS + 1);
        assertThat(shard.closed).isEmpty();
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.4",
            text = "A ConnectionBind may be signed with the nonce of the control connection, from its IP address")
    void aDataConnectionMayUseTheNonceOfItsControlConnection() {
        long id = connectedId();
        TestClient elsewhere = client.from(TransportAddress.parse("192.0.2.11:5001"));
        for (TestClient each : List.of(elsewhere, dataClient)) {
            each.nonce = client.nonce;
        }

        assertError(elsewhere.connectionBind(id), ErrorCode.STALE_NONCE);
        assertError(dataClient.connectionBind(id ^ 1), ErrorCode.STALE_NONCE);
        assertError(dataClient.withPassword("guessed").connectionBind(id), ErrorCode.UNAUTHENTICATED);
        assertSuccess(dataClient.connectionBind(id));
        assertThat(shard.spliced).hasSize(1);
    }

    /** What was sniffed of a connection in the clear, sent once more from behind the same NAT. */
    @Test
    void theNonceOfAControlConnectionServesNothingElseOnAnotherConnection() {
        long id = connectedId();
        TestClient other = client.from(TestClient.ipv4(1, 1));
        other.allocateTcp();
        dataClient.nonce = client.nonce;
        byte[] bind =
                dataClient.sign(TestClient.begin(TurnMethod.CONNECTION_BIND).add(TurnAttributes.CONNECTION_ID, id));

        assertError(dataClient.allocateTcp(), ErrorCode.STALE_NONCE);
        assertError(dataClient.refresh(0), ErrorCode.STALE_NONCE);
        assertError(dataClient.connect(PEER), ErrorCode.STALE_NONCE);
        StunMessage withAnId = dataClient.request(
                TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE)).add(TurnAttributes.CONNECTION_ID, id));
        assertError(withAnId, ErrorCode.STALE_NONCE);
        assertSuccess(dataClient.exchange(bind));
        assertError(client.from(TransportAddress.parse("192.0.2.10:5002")).exchange(bind), ErrorCode.BAD_REQUEST);
        other.nonce = client.nonce;
        assertError(other.refresh(0), ErrorCode.STALE_NONCE);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.2",
            text = "A peer data connection that no ConnectionBind claims within 30 seconds is closed")
    void anUnboundConnectionIsClosedInTime() {
        permitted();
        client.connect(PEER);
        shard.advanceSeconds(20);
        shard.connected(shard.connecting.getFirst());
        long id = lastId();

        shard.advanceSeconds(29);
        assertThat(shard.closed).isEmpty();
        shard.advanceSeconds(1);

        assertThat(shard.closed).isEqualTo(shard.connecting);
        assertError(dataClient.connectionBind(id), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.4",
            text = "A ConnectionBind without the CONNECTION-ID of a pending connection is rejected with 400")
    void onlyAPendingConnectionIsBound() {
        long id = connectedId();

        assertError(dataClient.request(TestClient.begin(TurnMethod.CONNECTION_BIND)), ErrorCode.BAD_REQUEST);
        assertError(dataClient.connectionBind(id ^ 1), ErrorCode.BAD_REQUEST);
        assertSuccess(dataClient.connectionBind(id));
        assertError(client.from(TestClient.ipv4(1, 1)).connectionBind(id), ErrorCode.BAD_REQUEST);
        assertThat(shard.spliced).hasSize(1);
    }

    @Test
    void aConnectionThatIsStillBeingMadeIsNotBound() {
        permitted();
        client.connect(PEER);
        long id = Integer.toUnsignedLong(shard.connecting.getFirst().connectionId());

        assertError(dataClient.connectionBind(id), ErrorCode.BAD_REQUEST);
    }

    @Test
    void anotherUserDoesNotGetTheConnection() {
        long id = connectedId();

        assertError(client.bobFrom(DATA_CLIENT).connectionBind(id), ErrorCode.BAD_REQUEST);

        assertThat(shard.spliced).isEmpty();
        assertSuccess(dataClient.connectionBind(id));
    }

    @Test
    void aControlConnectionDoesNotBecomeADataConnection() {
        long id = connectedId();

        assertError(client.connectionBind(id), ErrorCode.BAD_REQUEST);
        assertThat(shard.spliced).isEmpty();
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.4",
            text = "A ConnectionBind over a client transport other than TCP or TLS is rejected with 400")
    void datagramsDoNotBecomeADataConnection() {
        long id = connectedId();

        assertError(TestClient.alice(shard, DATA_CLIENT).connectionBind(id), ErrorCode.BAD_REQUEST);
        assertError(client.over(ClientTransport.DTLS).connectionBind(id), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(rfc = 6062, section = "5.5", text = "When an allocation ends, its data connections are closed")
    void theConnectionsEndWithTheirAllocation() {
        long id = connectedId();
        client.createPermission(TestClient.ipv4(21, 1));
        client.connect(TestClient.ipv4(21, 1));
        assertSuccess(dataClient.connectionBind(id));

        assertSuccess(client.refresh(0));

        StunMessage ofConnect =
                StunMessage.parse(shard.sent.get(shard.sent.size() - 2).datagram());
        assertError(ofConnect, ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE);
        assertThat(shard.closed).containsExactlyInAnyOrderElementsOf(shard.connecting);
        assertThat(shard.server.counters().peerConnections()).isZero();
        assertThat(shard.open).isEmpty();
        shard.advanceSeconds(1); // until the user is forgotten, who turned to new peers
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    @Test
    void theConnectionsEndWhenTheirAllocationExpires() {
        assertSuccess(dataClient.connectionBind(connectedId()));

        shard.advanceSeconds(TurnServerConfig.DEFAULT_LIFETIME_SECONDS);

        assertThat(shard.closed).isEqualTo(shard.connecting);
    }

    @Test
    void theConnectionsEndWithTheControlConnection() {
        assertSuccess(dataClient.connectionBind(connectedId()));

        shard.disconnect(client);

        assertThat(shard.closed).isEqualTo(shard.connecting);
    }

    @Test
    void theAllocationOutlivesItsConnections() {
        assertSuccess(dataClient.connectionBind(connectedId()));

        shard.ended(shard.connecting.getFirst());
        shard.ended(shard.connecting.getFirst());
        shard.disconnect(dataClient);

        assertThat(shard.server.counters().peerConnections()).isZero();
        assertThat(shard.closed).isEmpty();
        assertSuccess(client.refresh(600));
    }

    @Test
    void aConnectionOutlivesItsPermission() {
        assertSuccess(dataClient.connectionBind(connectedId()));

        shard.advanceSeconds(TurnServerConfig.PERMISSION_LIFETIME_SECONDS + 1);

        assertThat(shard.server.counters().permissions()).isZero();
        assertThat(shard.closed).isEmpty();
    }

    @Test
    void connectionIdsAreRandom() {
        permitted();
        Set<Integer> ids = new LinkedHashSet<>();
        int negative = 0;
        for (int port = 1; port <= TcpRelayConfig.ENABLED.maxUnboundPerAllocation(); port++) {
            client.connect(new TransportAddress(PEER.ip(), port));
            int id = shard.connecting.getLast().connectionId();
            ids.add(id);
            ids.add(id >>> 16);
            negative += id < 0 ? 1 : 0;
        }
        assertThat(ids).hasSize(2 * TcpRelayConfig.ENABLED.maxUnboundPerAllocation());
        assertThat(negative).isBetween(1, TcpRelayConfig.ENABLED.maxUnboundPerAllocation() - 1);
    }

    @Test
    void whoExceedsTheBandwidthIsReadLater() {
        RateLimit limit = new RateLimit(1_000, 100_000);
        for (TurnLimits limits : List.of(
                TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, limit),
                TurnLimits.DEFAULTS.withBandwidth(limit, RateLimit.UNLIMITED))) {
            TestServer limited = new TestServer(
                    TurnServerConfig.builder().tcpRelay(TcpRelayConfig.ENABLED).limits(limits));
            TestClient alice = TestClient.alice(limited).over(ClientTransport.TCP);
            assertSuccess(alice.allocateTcp());
            assertSuccess(alice.createPermission(PEER));
            alice.connect(PEER);
            PeerConnection connection = limited.connecting.getFirst();
            limited.connected(connection);
            long id = Integer.toUnsignedLong(connection.connectionId());
            assertSuccess(alice.from(DATA_CLIENT).connectionBind(id));

            assertThat(limited.server.relayedOverTcp(connection, true, 50_000, limited.nowNanos()))
                    .isZero();
            assertThat(limited.server.relayedOverTcp(connection, false, 500, limited.nowNanos()))
                    .isEqualTo(TimeUnit.SECONDS.toNanos(1));
            limited.advanceSeconds(1);
            assertThat(limited.server.relayedOverTcp(connection, true, 500, limited.nowNanos()))
                    .isZero();
        }
    }

    @Test
    void bytesAreCounted() {
        connectedId();
        PeerConnection connection = shard.connecting.getFirst();

        assertThat(shard.server.relayedOverTcp(connection, true, 5, shard.nowNanos()))
                .isZero();
        assertThat(shard.server.relayedOverTcp(connection, false, 7, shard.nowNanos()))
                .isZero();

        assertThat(shard.server.counters().bytesToPeers()).isEqualTo(5);
        assertThat(shard.server.counters().bytesToClients()).isEqualTo(7);
    }

    private void permitted() {
        assertSuccess(client.allocateTcp());
        assertSuccess(client.createPermission(PEER));
    }

    /** The CONNECTION-ID of a connection that is there and not bound. */
    private long connectedId() {
        permitted();
        assertThat(client.connect(PEER)).isNull();
        shard.connected(shard.connecting.getFirst());
        return lastId();
    }

    private long lastId() {
        StunMessage response = client.lastResponse();
        assertThat(response.messageClass()).isEqualTo(MessageClass.SUCCESS_RESPONSE);
        Long id = response.get(TurnAttributes.CONNECTION_ID);
        assertThat(id).isNotNull();
        return id;
    }
}
