package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.udp;
import static io.rift.server.core.turn.TestServer.BOTH_FAMILIES;
import static io.rift.server.core.turn.TestServer.IPV6_PEER;
import static io.rift.server.core.turn.TestServer.OWN;
import static io.rift.server.core.turn.TestServer.OWN_IPV6;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress.Family;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.AddressError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** ADDITIONAL-ADDRESS-FAMILY: one 5-tuple with a relayed transport address of each family. */
class DualAllocationTest {
    private static final int CHANNEL = 0x4000;
    private static final int IPV6_CHANNEL = 0x4001;

    private final TestServer shard = new TestServer(TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES));
    private final TestClient client = TestClient.alice(shard);

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "ADDITIONAL-ADDRESS-FAMILY gets a relayed address of each family in one response")
    void theResponseHasARelayedAddressOfEachFamily() {
        StunMessage response = allocateBoth(client);

        assertSuccess(response);
        List<TransportAddress> relayed = response.all(TurnAttributes.XOR_RELAYED_ADDRESS);
        assertThat(relayed).extracting(TransportAddress::ip).containsExactly(OWN, OWN_IPV6);
        assertThat(relayed)
                .extracting(TransportAddress::port)
                .containsExactly(
                        shard.socket(Family.IPV4).port(),
                        shard.socket(Family.IPV6).port());
        assertThat(response.has(TurnAttributes.ADDRESS_ERROR_CODE)).isFalse();
        assertThat(shard.server.counters().allocations()).isEqualTo(1);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "18.12",
            text = "A family that could not be allocated is named in ADDRESS-ERROR-CODE with 440 or 508")
    void aFamilyThatTheServerDoesNotRelayIs440BesideTheOther() {
        for (Family family : Family.values()) {
            TestServer half = new TestServer(TurnServerConfig.builder().relayFamilies(Set.of(family)));
            Family other = family == Family.IPV4 ? Family.IPV6 : Family.IPV4;
            StunMessage response = allocateBoth(TestClient.alice(half));

            assertSuccess(response);
            assertThat(response.all(TurnAttributes.XOR_RELAYED_ADDRESS)).hasSize(1);
            assertThat(TestClient.relayed(response).ip().family()).isEqualTo(family);
            assertThat(response.get(TurnAttributes.ADDRESS_ERROR_CODE))
                    .isEqualTo(new AddressError(other, ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED));
        }
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "18.12",
            text = "A family that could not be allocated is named in ADDRESS-ERROR-CODE with 440 or 508")
    void aFamilyWhoseSocketsDoNotOpenIs508BesideTheOther() {
        for (Family failing : Family.values()) {
            TestServer slow = byHand();
            TestClient alice = TestClient.alice(slow);
            alice.send(alice.sign(both()));
            while (!slow.opening.isEmpty()) {
                RelaySocket socket = slow.opening.element();
                if (socket.family() == failing) {
                    slow.socketFailed(socket);
                } else {
                    slow.socketOpened(socket);
                }
            }

            StunMessage response = alice.lastResponse();
            assertSuccess(response);
            assertThat(TestClient.relayed(response).ip().family()).isNotEqualTo(failing);
            assertThat(response.get(TurnAttributes.ADDRESS_ERROR_CODE))
                    .isEqualTo(new AddressError(failing, ErrorCode.INSUFFICIENT_CAPACITY));
            assertSuccess(alice.refresh(0));
            assertThat(slow.open).isEmpty();
        }
    }

    @Test
    void whenNeitherOpensTheAnswerIs508AndNothingIsLeft() {
        TestServer slow = byHand();
        TestClient alice = TestClient.alice(slow);
        alice.send(alice.sign(both()));
        while (!slow.opening.isEmpty()) {
            slow.socketFailed(slow.opening.element());
        }

        assertError(alice.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(slow.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
        slow.opensSockets = true;
        assertSuccess(allocateBoth(alice));
    }

    @Test
    void aShellThatDoesNotAnswerForTheSecondFamilyDoesNotCostTheFirst() {
        TestServer slow = byHand();
        TestClient alice = TestClient.alice(slow);
        alice.send(alice.sign(both()));
        slow.socketOpened(slow.opening.element());
        RelaySocket late = slow.opening.element();
        slow.advanceSeconds(Opening.TIMEOUT_SECONDS);

        StunMessage response = alice.lastResponse();
        assertSuccess(response);
        assertThat(response.get(TurnAttributes.ADDRESS_ERROR_CODE))
                .isEqualTo(new AddressError(Family.IPV6, ErrorCode.INSUFFICIENT_CAPACITY));
        slow.socketOpened(late);
        assertThat(slow.open).hasSize(1);
    }

    @Test
    void aShellThatDoesNotAnswerForTheFirstFamilyGets508ForBoth() {
        TestServer slow = byHand();
        TestClient alice = TestClient.alice(slow);
        alice.send(alice.sign(both()));
        slow.advanceSeconds(Opening.TIMEOUT_SECONDS);

        assertError(alice.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
        slow.socketOpened(slow.opening.element());
        assertThat(slow.open).isEmpty();
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "ADDITIONAL-ADDRESS-FAMILY other than IPv6 is answered 400")
    void anyAdditionalFamilyButIpv6Is400() {
        for (int family : new int[] {0, 1, 3}) {
            assertError(
                    client.allocate(encoder -> encoder.add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, family)),
                    ErrorCode.BAD_REQUEST);
        }
        StunAttribute<byte[]> malformed =
                StunAttribute.opaque(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY.type(), "malformed", length -> true);
        assertError(client.allocate(encoder -> encoder.add(malformed, new byte[2])), ErrorCode.BAD_REQUEST);
        assertThat(shard.open).isEmpty();
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "ADDITIONAL-ADDRESS-FAMILY beside REQUESTED-ADDRESS-FAMILY, EVEN-PORT with R or a token is 400")
    void anAdditionalFamilyBesideWhatItContradictsIs400() {
        assertError(
                client.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 1)
                        .add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)),
                ErrorCode.BAD_REQUEST);
        assertError(
                client.allocate(encoder ->
                        encoder.add(TurnAttributes.EVEN_PORT, true).add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)),
                ErrorCode.BAD_REQUEST);
        StunMessage even = client.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true));
        TestClient other = TestClient.alice(shard, TestClient.ipv4(1, 1));
        assertError(
                other.allocate(encoder -> encoder.add(
                                TurnAttributes.RESERVATION_TOKEN, even.get(TurnAttributes.RESERVATION_TOKEN))
                        .add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)),
                ErrorCode.BAD_REQUEST);
    }

    @Test
    void evenPortWithoutReservationHoldsForBothFamilies() {
        for (int i = 0; i < 10; i++) {
            TestClient other = TestClient.alice(shard, TestClient.ipv4(i, 1));
            StunMessage response = other.request(both().add(TurnAttributes.EVEN_PORT, false));

            assertThat(response.all(TurnAttributes.XOR_RELAYED_ADDRESS))
                    .hasSize(2)
                    .allMatch(relayed -> relayed.port() % 2 == 0);
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A retransmitted Allocate request is answered like the first")
    void aRetransmissionIsAnsweredAlike() {
        byte[] request = client.sign(both());
        client.exchange(request);
        TestServer.Sent first = shard.sent.getLast();
        client.exchange(request);

        assertThat(shard.sent.getLast().datagram()).isEqualTo(first.datagram());
        assertThat(shard.open).hasSize(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "9", text = "A permission is for peers of the relayed address's family")
    void eachFamilyRelaysToItsPeers() {
        allocateBoth(client);
        assertSuccess(client.createPermission(PEER, IPV6_PEER));
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        assertSuccess(client.bindChannel(IPV6_CHANNEL, IPV6_PEER));

        assertThat(client.sendChannelData(CHANNEL, "x").relaySocket()).isEqualTo(shard.socket(Family.IPV4));
        assertThat(client.sendChannelData(IPV6_CHANNEL, "x").relaySocket()).isEqualTo(shard.socket(Family.IPV6));
        assertThat(shard.receive(client.address, TestClient.sendIndication(IPV6_PEER, "x"))
                        .relaySocket())
                .isEqualTo(shard.socket(Family.IPV6));
        var fromPeer = payload("x");
        assertThat(shard.receiveFromPeer(shard.socket(Family.IPV6), IPV6_PEER, fromPeer))
                .isNotNull();
        assertThat(fromPeer.getShort(fromPeer.position()) & 0xFFFF).isEqualTo(IPV6_CHANNEL);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "12.2",
            text = "A channel number or peer that is bound cannot be bound to another")
    void aChannelNumberIsBoundOnceOverBothFamilies() {
        allocateBoth(client);
        assertSuccess(client.bindChannel(CHANNEL, PEER));

        assertError(client.bindChannel(CHANNEL, IPV6_PEER), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "8.1",
            text = "Deleting one family of a dual allocation leaves the other with its permissions and channels")
    void aRefreshToZeroOfOneFamilyDeletesItAlone() {
        for (Family deleted : Family.values()) {
            TestServer fresh = new TestServer(TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES));
            TestClient alice = TestClient.alice(fresh);
            allocateBoth(alice);
            assertSuccess(alice.bindChannel(CHANNEL, PEER));
            assertSuccess(alice.bindChannel(IPV6_CHANNEL, IPV6_PEER));
            boolean ipv4Left = deleted == Family.IPV6;

            StunMessage response = alice.request(refresh(0, deleted));

            assertSuccess(response);
            assertThat(response.get(TurnAttributes.LIFETIME)).isZero();
            assertThat(fresh.onlySocket().family()).isNotEqualTo(deleted);
            assertThat(alice.sendChannelData(CHANNEL, "x") != null).isEqualTo(ipv4Left);
            assertThat(alice.sendChannelData(IPV6_CHANNEL, "x") != null).isEqualTo(!ipv4Left);
            assertThat(fresh.server.counters().permissions()).isEqualTo(1);
            assertThat(fresh.server.counters().channels()).isEqualTo(1);
            assertThat(fresh.server.counters().allocations()).isEqualTo(1);
            assertError(alice.request(refresh(600, deleted)), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
            TransportAddress gone = ipv4Left ? IPV6_PEER : PEER;
            assertError(alice.createPermission(gone), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
            assertError(alice.bindChannel(0x4002, gone), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
            assertSuccess(alice.refresh(0));
            assertThat(fresh.open).isEmpty();
            assertThat(fresh.server.counters().allocations()).isZero();
        }
    }

    @Test
    void aRetransmittedDeletionOfOneFamilyIsAnsweredAlike() {
        allocateBoth(client);
        byte[] request = client.sign(refresh(0, Family.IPV6));
        assertSuccess(client.exchange(request));
        assertSuccess(client.exchange(request));

        assertThat(shard.onlySocket().family()).isEqualTo(Family.IPV4);
    }

    @Test
    @Requirement(rfc = 8656, section = "8.1", text = "A Refresh request may name one family of a dual allocation")
    void aRefreshOfOneFamilyLeavesTheOtherToExpire() {
        allocateBoth(client);
        shard.advanceSeconds(500);
        assertSuccess(client.request(refresh(600, Family.IPV6)));
        shard.advanceSeconds(100);

        assertThat(shard.onlySocket().family()).isEqualTo(Family.IPV6);
        shard.advanceSeconds(499);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.counters().allocations()).isZero();
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "8.1",
            text = "A Refresh request without a family is for all of a dual allocation")
    void aRefreshWithoutFamilyIsForBoth() {
        allocateBoth(client);
        shard.advanceSeconds(500);
        assertSuccess(client.refresh(600));
        shard.advanceSeconds(599);

        assertThat(shard.open).hasSize(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "5", text = "A request for an allocation of other credentials is answered 441")
    void anotherUserDeletesNeitherFamily() {
        allocateBoth(client);
        TestClient bob = new TestClient(shard, client.address, "bob", "also secret");

        assertError(bob.request(refresh(0, Family.IPV6)), ErrorCode.WRONG_CREDENTIALS);
        assertThat(shard.open).hasSize(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A user beyond its quota is answered 486")
    void eachFamilyCountsAgainstTheQuota() {
        TestServer small = new TestServer(
                TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES).maxAllocationsPerUser(3));
        TestClient first = TestClient.alice(small);
        TestClient second = TestClient.alice(small, TestClient.ipv4(1, 1));
        allocateBoth(first);

        assertError(allocateBoth(second), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(first.request(refresh(0, Family.IPV4)));
        assertSuccess(allocateBoth(second));
        TestClient third = TestClient.alice(small, TestClient.ipv4(2, 1));
        assertError(third.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(second.refresh(0));
        assertSuccess(allocateBoth(third));
    }

    @Test
    void aFamilyThatFailedFreesItsPlaceInTheQuota() {
        TestServer slow = new TestServer(TurnServerConfig.builder()
                .relayFamilies(BOTH_FAMILIES)
                .relaySocketTries(1)
                .maxAllocationsPerUser(2));
        slow.opensSockets = false;
        TestClient first = TestClient.alice(slow);
        first.send(first.sign(both()));
        slow.socketOpened(slow.opening.element());
        slow.socketFailed(slow.opening.element());
        slow.opensSockets = true;

        assertSuccess(TestClient.alice(slow, TestClient.ipv4(1, 1)).allocate());
    }

    @Test
    void permissionsAndChannelsOfBothFamiliesShareTheirBounds() {
        TestServer small = new TestServer(TurnServerConfig.builder()
                .relayFamilies(BOTH_FAMILIES)
                .maxPermissionsPerAllocation(2)
                .maxChannelsPerAllocation(2));
        TestClient alice = TestClient.alice(small);
        allocateBoth(alice);
        assertSuccess(alice.bindChannel(CHANNEL, PEER));
        assertSuccess(alice.bindChannel(IPV6_CHANNEL, IPV6_PEER));

        assertError(alice.createPermission(TestClient.ipv4(21, 1)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertError(alice.bindChannel(0x4002, new TransportAddress(PEER.ip(), 1)), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    void aClientThatDisconnectsTakesBothAlong() {
        TestClient overTcp = client.over(ClientTransport.TCP);
        allocateBoth(overTcp);
        shard.disconnect(overTcp);

        assertThat(shard.open).isEmpty();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    @Test
    void aClientThatDisconnectsWhileTheSecondSocketOpensTakesBothAlong() {
        TestServer slow = byHand();
        TestClient overTcp = TestClient.alice(slow).over(ClientTransport.TCP);
        overTcp.send(overTcp.sign(both()));
        slow.socketOpened(slow.opening.element());
        slow.disconnect(overTcp);
        slow.socketOpened(slow.opening.element());

        assertThat(slow.open).isEmpty();
        assertThat(slow.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    @Test
    void connectionsWithPeersEndWithTheirFamily() {
        TestServer relay = new TestServer(
                TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES).tcpRelay(TcpRelayConfig.ENABLED));
        TestClient overTcp = TestClient.alice(relay).over(ClientTransport.TCP);
        assertSuccess(overTcp.request(begin(TurnMethod.ALLOCATE)
                .add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP)
                .add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)));
        assertSuccess(overTcp.createPermission(PEER, IPV6_PEER));
        overTcp.connect(PEER);
        overTcp.connect(IPV6_PEER);
        assertThat(relay.connecting)
                .extracting(connection -> connection.relaySocket().family())
                .containsExactly(Family.IPV4, Family.IPV6);
        relay.connecting.forEach(relay::connected);

        assertSuccess(overTcp.request(refresh(0, Family.IPV6)));
        assertThat(relay.closed)
                .extracting(connection -> connection.relaySocket().family())
                .containsExactly(Family.IPV6);
    }

    private static TestServer byHand() {
        TestServer slow = new TestServer(
                TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES).relaySocketTries(2));
        TestClient.alice(slow).fetchNonce();
        slow.opensSockets = false;
        return slow;
    }

    private static StunEncoder both() {
        return udp(begin(TurnMethod.ALLOCATE)).add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2);
    }

    private static StunMessage allocateBoth(TestClient client) {
        return client.request(both());
    }

    private static StunEncoder refresh(long lifetimeSeconds, Family family) {
        return begin(TurnMethod.REFRESH)
                .add(TurnAttributes.LIFETIME, lifetimeSeconds)
                .add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, family.code());
    }
}
