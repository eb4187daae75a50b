package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import org.junit.jupiter.api.Test;

/** EVEN-PORT and RESERVATION-TOKEN, RFC 8656 section 7.2 steps 5 and 8. */
class EvenPortTest {
    private static final TransportAddress RTCP = TransportAddress.parse("192.0.2.10:5001");

    private final TestServer shard = new TestServer();
    private final TestClient rtp = TestClient.alice(shard);
    private final TestClient rtcp = TestClient.alice(shard, RTCP);

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "EVEN-PORT gives an even port")
    void anEvenPortIsEven() {
        for (int i = 0; i < 20; i++) {
            TestClient client = TestClient.alice(shard, TestClient.ipv4(i, 5000));
            StunMessage response = client.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, false));

            assertSuccess(response);
            assertThat(relayed(response).port()).isEven();
            assertThat(response.has(TurnAttributes.RESERVATION_TOKEN)).isFalse();
        }
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "EVEN-PORT with the R bit reserves the next port and returns a RESERVATION-TOKEN")
    void theRBitReservesTheNextPortForWhoeverOfThisUserBringsTheToken() {
        StunMessage first = allocateEven();
        byte[] token = first.get(TurnAttributes.RESERVATION_TOKEN);
        StunMessage second = allocateReserved(rtcp, token);

        assertSuccess(second);
        assertThat(relayed(first).port()).isEven();
        assertThat(relayed(second).port()).isEqualTo(relayed(first).port() + 1);
        assertThat(shard.open).hasSize(2);
        assertThat(shard.server.counters().allocations()).isEqualTo(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A reservation lasts at least 30 seconds")
    void aReservationEndsAfter30Seconds() {
        byte[] token = allocateEven().get(TurnAttributes.RESERVATION_TOKEN);
        shard.advanceSeconds(29);
        assertThat(shard.open).hasSize(2);
        shard.advanceSeconds(1);

        assertThat(shard.open).hasSize(1);
        assertError(allocateReserved(rtcp, token), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    void aReservationOutlivesTheAllocationThatMadeIt() {
        byte[] token = allocateEven().get(TurnAttributes.RESERVATION_TOKEN);
        assertSuccess(rtp.refresh(0));

        assertSuccess(allocateReserved(rtcp, token));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "A RESERVATION-TOKEN that does not name a reserved port is answered 508")
    void aTokenIsGoodOnce() {
        byte[] token = allocateEven().get(TurnAttributes.RESERVATION_TOKEN);
        assertSuccess(allocateReserved(rtcp, token));

        TestClient third = TestClient.alice(shard, TransportAddress.parse("192.0.2.10:5002"));
        assertError(allocateReserved(third, token), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    void aTokenOfAnotherUserOpensNothing() {
        byte[] token = allocateEven().get(TurnAttributes.RESERVATION_TOKEN);
        TestClient bob = new TestClient(shard, RTCP, "bob", "also secret");

        assertError(allocateReserved(bob, token), ErrorCode.INSUFFICIENT_CAPACITY);
        assertSuccess(allocateReserved(rtcp, token));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "A RESERVATION-TOKEN that does not name a reserved port is answered 508")
    void anUnknownTokenIs508() {
        assertError(allocateReserved(rtp, new byte[8]), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "18.10",
            text = "A RESERVATION-TOKEN has 8 bytes; a request with one of another length is malformed")
    void aTokenOfAnotherLengthIs400() {
        StunAttribute<byte[]> anyLength =
                StunAttribute.opaque(TurnAttributes.RESERVATION_TOKEN.type(), "RESERVATION-TOKEN", length -> true);

        for (int length : new int[] {0, 3, 7, 9}) {
            assertError(rtp.allocate(encoder -> encoder.add(anyLength, new byte[length])), ErrorCode.BAD_REQUEST);
        }
    }

    /** It has its place already, be there too many by now. */
    @Test
    void aTokenIsGoodUnderAQuotaThatWasLoweredSince() {
        byte[] token = allocateEven().get(TurnAttributes.RESERVATION_TOKEN);
        shard.changeLimits(
                TurnServerConfig.builder().maxAllocationsPerUser(1).build().limits());

        assertError(rtcp.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(allocateReserved(rtcp, token));
        assertSuccess(rtp.refresh(0));
        assertError(rtp.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(rtcp.refresh(0));
        assertSuccess(rtp.allocate());
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "RESERVATION-TOKEN with EVEN-PORT or REQUESTED-ADDRESS-FAMILY is answered 400")
    void aTokenTogetherWithEvenPortOrAnAddressFamilyIs400() {
        byte[] token = allocateEven().get(TurnAttributes.RESERVATION_TOKEN);

        assertError(
                rtcp.allocate(encoder ->
                        encoder.add(TurnAttributes.RESERVATION_TOKEN, token).add(TurnAttributes.EVEN_PORT, false)),
                ErrorCode.BAD_REQUEST);
        assertError(
                rtcp.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, token)
                        .add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 1)),
                ErrorCode.BAD_REQUEST);
    }

    @Test
    void aReservationCountsAgainstTheQuota() {
        TestServer small = new TestServer(TurnServerConfig.builder().maxAllocationsPerUser(2));
        TestClient first = TestClient.alice(small);
        TestClient second = TestClient.alice(small, RTCP);
        StunMessage even = first.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true));

        assertError(second.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(allocateReserved(second, even.get(TurnAttributes.RESERVATION_TOKEN)));
        assertSuccess(first.refresh(0));
        assertError(
                first.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true)),
                ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(first.allocate());
    }

    @Test
    void aReservationThatEndsFreesItsPlace() {
        TestServer small =
                new TestServer(TurnServerConfig.builder().maxAllocations(2).relayPorts(new PortRange(50_000, 50_001)));
        TestClient.alice(small).allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true));
        TestClient other = TestClient.alice(small, RTCP);
        assertError(other.allocate(), ErrorCode.INSUFFICIENT_CAPACITY);
        small.advanceSeconds(30);

        assertThat(relayed(other.allocate()).port()).isEqualTo(50_001);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "EVEN-PORT that cannot be satisfied is answered 508")
    void aRangeWithoutTwoNeighboursOfWhichTheFirstIsEvenIs508() {
        TestServer small = new TestServer(TurnServerConfig.builder().relayPorts(new PortRange(50_001, 50_002)));
        TestClient client = TestClient.alice(small);

        assertError(
                client.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true)),
                ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(relayed(client.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, false)))
                        .port())
                .isEqualTo(50_002);
    }

    private StunMessage allocateEven() {
        StunMessage response = rtp.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true));
        assertSuccess(response);
        return response;
    }

    private static StunMessage allocateReserved(TestClient client, byte[] token) {
        return client.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, token));
    }
}
