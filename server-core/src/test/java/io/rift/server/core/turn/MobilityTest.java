package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.udp;
import static io.rift.server.core.turn.TestServer.BOTH_FAMILIES;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress.Family;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8016: an allocation follows its client to another 5-tuple. */
class MobilityTest {
    private static final int CHANNEL = 0x4000;
    private static final byte[] EMPTY = {};
    private static final int GRACE_SECONDS = 60;

    private final TestServer shard = server(TurnServerConfig.builder());
    private final TestClient home = TestClient.alice(shard);
    private final TestClient cafe = TestClient.alice(shard, TransportAddress.parse("192.0.2.77:7000"));
    private final TestClient train = TestClient.alice(shard, TransportAddress.parse("[2001:db8:9::1]:8000"));

    @Test
    @Requirement(rfc = 8016, section = "3.1.2", text = "An Allocate request with an empty ticket gets one")
    void whoeverAsksGetsARandomTicketOf128Bits() {
        byte[] first = allocateMobile(home);
        byte[] second = allocateMobile(cafe);

        assertThat(first).hasSize(16);
        assertThat(second).hasSize(16).isNotEqualTo(first);
        assertThat(train.allocate().has(TurnAttributes.MOBILITY_TICKET)).isFalse();
    }

    @Test
    @Requirement(rfc = 8016, section = "3.1.2", text = "Where mobility is forbidden, a ticket is answered 405")
    void whereMobilityIsForbiddenTheAnswerIs405() {
        TestServer forbidding = new TestServer();
        TestClient alice = TestClient.alice(forbidding);

        assertError(alice.allocate(MobilityTest::mobile), ErrorCode.MOBILITY_FORBIDDEN);
        assertSuccess(alice.allocate());
        assertError(moveTo(alice, new byte[16]), ErrorCode.MOBILITY_FORBIDDEN);
        assertThat(forbidding.server.counters().allocateResults(405)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8016, section = "3.1.2", text = "An Allocate request with a ticket that is not empty is 400")
    void anAllocateWithATicketThatIsNotEmptyIs400() {
        for (int length : new int[] {1, 16, 256, 300}) {
            assertError(home.allocate(encoder -> encoder.add(anyTicket(), new byte[length])), ErrorCode.BAD_REQUEST);
        }
        assertThat(shard.open).isEmpty();
    }

    @Test
    void connectionsOfTcpRelayingDoNotMove() {
        TestServer tcp = new TestServer(
                TurnServerConfig.builder().tcpRelay(TcpRelayConfig.ENABLED).mobility(MobilityConfig.ALLOWED));
        TestClient overTcp = TestClient.alice(tcp).over(ClientTransport.TCP);

        assertError(
                overTcp.request(
                        mobile(begin(TurnMethod.ALLOCATE).add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP))),
                ErrorCode.MOBILITY_FORBIDDEN);
    }

    @Test
    @Requirement(
            rfc = 8016,
            section = "3.2.2",
            text = "A moved allocation is served at both 5-tuples until data comes from the new one")
    void dataGoesToTheOldPathUntilDataComesFromTheNewOne() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.bindChannel(CHANNEL, PEER));

        StunMessage moved = moveTo(cafe, ticket);

        assertSuccess(moved);
        assertThat(ticketOf(moved)).hasSize(16).isNotEqualTo(ticket);
        assertThat(fromPeer()).isEqualTo(home.address);
        assertThat(home.sendChannelData(CHANNEL, "still here")).isNotNull();
        assertThat(fromPeer()).isEqualTo(home.address);

        assertThat(cafe.sendChannelData(CHANNEL, "arrived")).isNotNull();
        assertThat(fromPeer()).isEqualTo(cafe.address);
        assertThat(home.sendChannelData(CHANNEL, "late")).isNull();
        assertError(home.refresh(600), ErrorCode.ALLOCATION_MISMATCH);
        assertSuccess(cafe.refresh(600));
        assertThat(shard.open).hasSize(1);
    }

    @Test
    void aSendIndicationCompletesAMoveToo() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.createPermission(PEER));
        assertSuccess(moveTo(train, ticket));

        assertThat(shard.receive(train.address, TestClient.sendIndication(PEER, "x")))
                .isNotNull();
        assertThat(fromPeer()).isEqualTo(train.address);
    }

    @Test
    void aSignedRequestCompletesAMoveToo() {
        List<StunEncoder> requests = List.of(
                begin(TurnMethod.CREATE_PERMISSION).add(TurnAttributes.XOR_PEER_ADDRESS, PEER),
                begin(TurnMethod.REFRESH),
                begin(TurnMethod.CHANNEL_BIND)
                        .add(TurnAttributes.CHANNEL_NUMBER, CHANNEL)
                        .add(TurnAttributes.XOR_PEER_ADDRESS, PEER));
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.createPermission(PEER));
        TestClient at = home;
        for (int i = 0; i < requests.size(); i++) {
            TestClient next = TestClient.alice(shard, TestClient.ipv4(i, 9));
            ticket = ticketOf(moveTo(next, ticket));
            assertThat(fromPeer()).isEqualTo(at.address);
            assertSuccess(next.request(requests.get(i)));
            assertThat(fromPeer()).isEqualTo(next.address);
            at = next;
        }
    }

    @Test
    void aRequestOfAnotherUserCompletesNoMove() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.createPermission(PEER));
        moveTo(cafe, ticket);
        TestClient bob = new TestClient(shard, cafe.address, "bob", "also secret");

        assertError(bob.refresh(600), ErrorCode.WRONG_CREDENTIALS);
        assertThat(fromPeer()).isEqualTo(home.address);
    }

    @Test
    void dataFromElsewhereMovesNothing() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.bindChannel(CHANNEL, PEER));

        assertThat(cafe.sendChannelData(CHANNEL, "too early")).isNull();
        assertSuccess(moveTo(cafe, ticket));
        assertThat(train.sendChannelData(CHANNEL, "not the one")).isNull();
        assertThat(fromPeer()).isEqualTo(home.address);
    }

    @Test
    void anAllocationMovesBetweenTransports() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.bindChannel(CHANNEL, PEER));
        TestClient overTls = home.over(ClientTransport.TLS);

        assertSuccess(moveTo(overTls, ticket));
        assertThat(overTls.sendChannelData(CHANNEL, "secure")).isNotNull();
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, payload("x")).local())
                .isEqualTo(overTls.local);
    }

    @Test
    @Requirement(rfc = 8016, section = "3.2.2", text = "A ticket opens an allocation only for the user that made it")
    void aStolenTicketIs441ForAnotherUser() {
        byte[] ticket = allocateMobile(home);
        TestClient bob = new TestClient(shard, cafe.address, "bob", "also secret");

        assertError(moveTo(bob, ticket), ErrorCode.WRONG_CREDENTIALS);
        assertError(moveTo(bob, ticket, 0), ErrorCode.WRONG_CREDENTIALS);
        assertThat(shard.open).hasSize(1);
        assertThat(bob.sendChannelData(CHANNEL, "x")).isNull();
        assertSuccess(moveTo(cafe, ticket));
    }

    @Test
    void theNewAddressHasToBeProvenFirst() {
        byte[] ticket = allocateMobile(home);
        cafe.nonce = home.nonce;

        assertError(moveTo(cafe, ticket), ErrorCode.STALE_NONCE);
        assertError(cafe.refresh(600), ErrorCode.STALE_NONCE);
        cafe.fetchNonce();
        assertSuccess(moveTo(cafe, ticket));
    }

    @Test
    @Requirement(
            rfc = 8016,
            section = "3.2.2",
            text = "A ticket of no allocation is answered 437, a malformed one or one from the same 5-tuple 400")
    void whatOpensNothingIsRefused() {
        byte[] ticket = allocateMobile(home);
        byte[] other = ticket.clone();
        other[15] ^= 1;

        assertError(moveTo(cafe, other), ErrorCode.ALLOCATION_MISMATCH);
        assertError(moveTo(cafe, EMPTY), ErrorCode.BAD_REQUEST);
        assertError(moveTo(cafe, Arrays.copyOf(ticket, 15)), ErrorCode.BAD_REQUEST);
        assertError(moveTo(cafe, Arrays.copyOf(ticket, 17)), ErrorCode.BAD_REQUEST);
        assertError(moveTo(home, ticket), ErrorCode.BAD_REQUEST);
        assertError(cafe.refresh(600), ErrorCode.ALLOCATION_MISMATCH);
        assertSuccess(home.refresh(600));
    }

    @Test
    void aPlaceWithAnAllocationOfItsOwnIs437() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(cafe.allocate());

        assertError(moveTo(cafe, ticket), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(shard.open).hasSize(2);
    }

    @Test
    @Requirement(rfc = 8016, section = "3.2.2", text = "A retransmitted Refresh with the old ticket is answered alike")
    void aRetransmittedMoveIsAnsweredAlikeBeforeAndAfterData() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.bindChannel(CHANNEL, PEER));
        byte[] request = cafe.sign(move(ticket, 600));
        StunMessage first = cafe.exchange(request);
        byte[] fresh = ticketOf(first);

        assertThat(ticketOf(cafe.exchange(request))).isEqualTo(fresh);
        cafe.sendChannelData(CHANNEL, "x");
        assertThat(ticketOf(cafe.exchange(request))).isEqualTo(fresh);
        assertSuccess(moveTo(train, fresh));
    }

    @Test
    void aMoveWithTheTransactionIdOfAnEarlierRefreshIsAMove() {
        byte[] ticket = allocateMobile(home);
        TransactionId id = new TransactionId(1, 2);
        assertSuccess(home.request(StunEncoder.of(MessageClass.REQUEST, TurnMethod.REFRESH, id)));

        assertThat(ticketOf(cafe.request(StunEncoder.of(MessageClass.REQUEST, TurnMethod.REFRESH, id)
                        .add(anyTicket(), ticket))))
                .hasSize(16);
        assertSuccess(cafe.refresh(600));
    }

    @Test
    void aClientThatNeverHeardOfItsMoveAsksAgainWithTheOldTicket() {
        byte[] ticket = allocateMobile(home);
        byte[] lost = ticketOf(moveTo(cafe, ticket));

        assertThat(ticketOf(moveTo(cafe, ticket))).isEqualTo(lost);
        byte[] fresh = ticketOf(moveTo(train, ticket));
        assertError(moveTo(cafe, lost), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(fresh).isNotEqualTo(lost);
        assertSuccess(moveTo(cafe, fresh));
    }

    @Test
    @Requirement(rfc = 8016, section = "3.2.2", text = "The old ticket is discarded once the new 5-tuple is in use")
    void anOldTicketIsWorthNothingOnceTheNewPathOrTicketWasUsed() {
        byte[] first = allocateMobile(home);
        assertSuccess(home.bindChannel(CHANNEL, PEER));
        byte[] second = ticketOf(moveTo(cafe, first));
        cafe.sendChannelData(CHANNEL, "x");
        assertError(moveTo(train, first), ErrorCode.ALLOCATION_MISMATCH);

        byte[] third = ticketOf(moveTo(train, second));
        byte[] fourth = ticketOf(moveTo(home, third));
        assertError(moveTo(cafe, second), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(fourth).isNotEqualTo(third);
        assertThat(fromPeer()).isEqualTo(train.address); // its ticket was used, so it was received there
    }

    @Test
    void aClientComesBackToWhereItWas() {
        byte[] first = allocateMobile(home);
        assertSuccess(home.bindChannel(CHANNEL, PEER));
        byte[] second = ticketOf(moveTo(cafe, first));

        assertError(moveTo(home, first), ErrorCode.BAD_REQUEST);
        assertError(moveTo(cafe, second), ErrorCode.BAD_REQUEST);
        assertSuccess(moveTo(home, second));
        assertThat(home.sendChannelData(CHANNEL, "back")).isNotNull();
        assertThat(fromPeer()).isEqualTo(home.address);
        assertThat(cafe.sendChannelData(CHANNEL, "gone")).isNull();
    }

    @Test
    @Requirement(
            rfc = 8016,
            section = "3.2.2",
            text = "A move gives the allocation another 5-tuple; it stays the same and counts for its user as before")
    void movingIsNoWayAroundTheQuota() {
        TestServer small = server(TurnServerConfig.builder().maxAllocationsPerUser(1));
        TestClient first = TestClient.alice(small);
        byte[] ticket = allocateMobile(first);
        for (int i = 0; i < 20; i++) {
            TestClient next = TestClient.alice(small, TestClient.ipv4(i, 9));
            assertError(next.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
            ticket = ticketOf(moveTo(next, ticket));
            assertError(first.allocate(), i == 0 ? ErrorCode.ALLOCATION_MISMATCH : ErrorCode.ALLOCATION_QUOTA_REACHED);
        }
        assertThat(small.open).hasSize(1);
        assertThat(small.server.counters().allocations()).isEqualTo(1);
        assertSuccess(moveTo(TestClient.alice(small, TestClient.ipv4(99, 9)), ticket, 0));
        assertSuccess(first.allocate());
    }

    @Test
    void theAnswerToAMoveIsRepeatedForItsUserAlone() {
        byte[] ticket = allocateMobile(home);
        TransactionId id = new TransactionId(1, 2);
        StunMessage moved = cafe.request(move(id, ticket));
        TestClient bob = cafe.bobFrom(cafe.address);

        assertThat(ticketOf(cafe.request(move(id, ticket)))).isEqualTo(ticketOf(moved));
        StunMessage refused = bob.request(move(id, ticket));
        assertError(refused, ErrorCode.WRONG_CREDENTIALS);
        assertThat(refused.has(TurnAttributes.MOBILITY_TICKET)).isFalse();
    }

    private static StunEncoder move(TransactionId id, byte[] ticket) {
        return StunEncoder.of(MessageClass.REQUEST, TurnMethod.REFRESH, id).add(TurnAttributes.MOBILITY_TICKET, ticket);
    }

    @Test
    void aFloodOfMovesAndTicketsLeavesNothingBehind() {
        byte[] ticket = allocateMobile(home);
        for (int i = 1; i < 500; i++) {
            TestClient next = TestClient.alice(shard, new TransportAddress(cafe.address.ip(), i));
            assertError(moveTo(next, new byte[16]), ErrorCode.ALLOCATION_MISMATCH);
            ticket = ticketOf(moveTo(next, ticket));
        }
        TestClient last = TestClient.alice(shard, new TransportAddress(cafe.address.ip(), 499));
        for (int i = 1; i < 499; i++) {
            boolean kept = i >= 498;
            assertThat(shard.server.hasAllocation(new TransportAddress(cafe.address.ip(), i), TestServer.LOCAL))
                    .isEqualTo(kept);
        }
        assertThat(shard.server.tickets()).isEqualTo(2);
        assertSuccess(last.refresh(0));
        assertThat(shard.server.tickets()).isZero();
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    @Test
    void aRefreshToZeroWithATicketDeletes() {
        byte[] ticket = allocateMobile(home);

        StunMessage response = moveTo(cafe, ticket, 0);

        assertSuccess(response);
        assertThat(response.has(TurnAttributes.MOBILITY_TICKET)).isFalse();
        assertThat(shard.open).isEmpty();
        assertError(moveTo(cafe, ticket), ErrorCode.ALLOCATION_MISMATCH);
        assertSuccess(cafe.allocate());
    }

    @Test
    void aTicketDiesWithItsAllocation() {
        byte[] ticket = allocateMobile(home);
        shard.advanceSeconds(600);

        assertError(moveTo(cafe, ticket), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(shard.server.tickets()).isZero();
    }

    @Test
    void aRefusedMoveMovesNothing() {
        byte[] ticket = allocateMobile(home);

        assertError(
                cafe.request(move(ticket, 600).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2)),
                ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertError(cafe.refresh(600), ErrorCode.ALLOCATION_MISMATCH);
        assertSuccess(moveTo(cafe, ticket));
    }

    @Test
    void bothFamiliesOfADualAllocationMove() {
        byte[] ticket = ticketOf(
                home.request(mobile(udp(begin(TurnMethod.ALLOCATE))).add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)));
        StunMessage moved =
                cafe.request(move(ticket, 0).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, Family.IPV6.code()));

        assertThat(ticketOf(moved)).hasSize(16);
        assertThat(shard.onlySocket().family()).isEqualTo(Family.IPV4);
        assertSuccess(cafe.refresh(600));
    }

    @Test
    void anAllocationOutlivesItsConnectionForAWhile() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        byte[] ticket = allocateMobile(overTcp);
        assertSuccess(overTcp.bindChannel(CHANNEL, PEER));
        shard.disconnect(overTcp);

        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, payload("x")))
                .isNull();
        assertThat(shard.drops(DropReason.CLIENT_AWAY)).isEqualTo(1);
        shard.advanceSeconds(GRACE_SECONDS - 1);
        assertSuccess(moveTo(cafe, ticket));
        assertThat(fromPeer()).isEqualTo(cafe.address);
        shard.advanceSeconds(599);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
    }

    @Test
    void anAllocationWhoseClientDoesNotComeBackEndsAfterTheGrace() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        byte[] ticket = allocateMobile(overTcp);
        shard.disconnect(overTcp);
        shard.advanceSeconds(GRACE_SECONDS);

        assertThat(shard.open).isEmpty();
        assertError(moveTo(cafe, ticket), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(shard.server.counters().allocations()).isZero();
        assertThat(shard.server.tickets()).isZero();
    }

    @Test
    void theGraceDoesNotProlongALifetime() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        allocateMobile(overTcp);
        shard.advanceSeconds(590);
        shard.disconnect(overTcp);
        shard.advanceSeconds(10);

        assertThat(shard.open).isEmpty();
    }

    @Test
    void theOtherFamilyKeepsTheLifetimeThatItWasPromised() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        byte[] ticket = ticketOf(overTcp.request(
                mobile(udp(begin(TurnMethod.ALLOCATE))).add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)));
        shard.disconnect(overTcp);
        assertSuccess(cafe.request(move(ticket, 600).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, Family.IPV6.code())));
        shard.advanceSeconds(599);

        assertThat(shard.open).hasSize(2);
    }

    @Test
    void aConnectionWithoutTicketTakesItsAllocationAlong() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        assertSuccess(overTcp.allocate());
        shard.disconnect(overTcp);

        assertThat(shard.open).isEmpty();
    }

    @Test
    void allocationsWithoutAConnectionAreBoundedAndCountForTheirUser() {
        TestServer small = server(TurnServerConfig.builder()
                .mobility(new MobilityConfig(true, GRACE_SECONDS, 2))
                .maxAllocationsPerUser(3));
        for (int i = 0; i < 3; i++) {
            TestClient overTcp = TestClient.alice(small, TestClient.ipv4(i, 9)).over(ClientTransport.TCP);
            allocateMobile(overTcp);
            small.disconnect(overTcp);
        }
        assertThat(small.open).hasSize(2);
        assertSuccess(TestClient.alice(small, TestClient.ipv4(10, 9)).allocate());
        assertError(TestClient.alice(small, TestClient.ipv4(11, 9)).allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        small.advanceSeconds(GRACE_SECONDS);
        assertThat(small.open).hasSize(1);
        TestClient overTcp = TestClient.alice(small, TestClient.ipv4(12, 9)).over(ClientTransport.TCP);
        allocateMobile(overTcp);
        small.disconnect(overTcp);
        assertThat(small.open).as("places are free again").hasSize(2);
    }

    @Test
    @Requirement(rfc = 8016, section = "3.2.2", text = "A closed old connection gives way to the new 5-tuple")
    void aConnectionThatEndsDuringAMoveGivesWay() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        byte[] ticket = allocateMobile(overTcp);
        assertSuccess(overTcp.createPermission(PEER));
        byte[] fresh = ticketOf(moveTo(cafe, ticket));
        assertThat(fromPeer()).isEqualTo(overTcp.address);
        shard.disconnect(overTcp);

        assertThat(fromPeer()).isEqualTo(cafe.address);
        shard.advanceSeconds(GRACE_SECONDS);
        cafe.fetchNonce();
        assertSuccess(cafe.refresh(600));
        assertSuccess(moveTo(train, fresh));
    }

    @Test
    void anEndOfTheNewConnectionLeavesTheOldOneInPlace() {
        byte[] ticket = allocateMobile(home);
        assertSuccess(home.createPermission(PEER));
        TestClient overTcp = cafe.over(ClientTransport.TCP);
        byte[] fresh = ticketOf(moveTo(overTcp, ticket));
        shard.disconnect(overTcp);

        assertThat(fromPeer()).isEqualTo(home.address);
        assertThat(shard.open).hasSize(1);
        assertSuccess(moveTo(train, fresh));
    }

    @Test
    void aClientThatComesBackTwiceIsServedTwice() {
        TestClient overTcp = home.over(ClientTransport.TCP);
        byte[] ticket = allocateMobile(overTcp);
        for (TestClient next : List.of(cafe.over(ClientTransport.TCP), train.over(ClientTransport.TCP))) {
            shard.disconnect(overTcp);
            ticket = ticketOf(moveTo(next, ticket));
            overTcp = next;
        }
        shard.disconnect(overTcp);
        shard.advanceSeconds(GRACE_SECONDS);

        assertThat(shard.open).isEmpty();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    private static TestServer server(TurnServerConfig.Builder config) {
        TurnServerConfig built = config.build();
        return new TestServer(config.relayFamilies(BOTH_FAMILIES)
                .mobility(
                        built.mobility().allowed()
                                ? built.mobility()
                                : new MobilityConfig(true, GRACE_SECONDS, 1_000)));
    }

    private static StunEncoder mobile(StunEncoder encoder) {
        return encoder.add(TurnAttributes.MOBILITY_TICKET, EMPTY);
    }

    private static byte[] allocateMobile(TestClient client) {
        return ticketOf(client.allocate(MobilityTest::mobile));
    }

    private static byte[] ticketOf(StunMessage response) {
        assertSuccess(response);
        byte[] ticket = response.get(TurnAttributes.MOBILITY_TICKET);
        assertThat(ticket).isNotNull();
        return ticket;
    }

    private static StunEncoder move(byte[] ticket, long lifetimeSeconds) {
        return begin(TurnMethod.REFRESH).add(anyTicket(), ticket).add(TurnAttributes.LIFETIME, lifetimeSeconds);
    }

    private static StunMessage moveTo(TestClient client, byte[] ticket) {
        return moveTo(client, ticket, 600);
    }

    private static StunMessage moveTo(TestClient client, byte[] ticket, long lifetimeSeconds) {
        return client.request(move(ticket, lifetimeSeconds));
    }

    private static StunAttribute<byte[]> anyTicket() {
        return StunAttribute.opaque(TurnAttributes.MOBILITY_TICKET.type(), "MOBILITY-TICKET", length -> true);
    }

    /** Where a datagram from the peer goes. */
    private TransportAddress fromPeer() {
        ClientPath path = shard.receiveFromPeer(shard.onlySocket(), PEER, payload("x"));
        assertThat(path).isNotNull();
        return path.client();
    }
}
