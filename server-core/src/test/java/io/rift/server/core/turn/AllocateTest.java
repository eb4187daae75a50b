package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.relayed;
import static io.rift.server.core.turn.TestClient.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.TimeLimitedCredential;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8656 section 7.2. */
class AllocateTest {
    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard);

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "The success response has XOR-RELAYED-ADDRESS, LIFETIME and XOR-MAPPED-ADDRESS")
    void anAllocationIsAnsweredWithItsRelayedAddressLifetimeAndTheClientsAddress() {
        StunMessage response = client.allocate();

        assertSuccess(response);
        assertThat(relayed(response))
                .isEqualTo(
                        new TransportAddress(TestServer.OWN, shard.onlySocket().port()));
        assertThat(relayed(response).port()).isBetween(49_152, 65_535);
        assertThat(response.get(TurnAttributes.LIFETIME)).isEqualTo(600);
        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS)).isEqualTo(client.address);
        assertThat(response.has(TurnAttributes.RESERVATION_TOKEN)).isFalse();
        assertThat(shard.server.counters().allocations()).isEqualTo(1);
        assertThat(shard.server.counters().allocateResults(TurnCounters.SUCCESS))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, 600", "1, 600", "599, 600", "601, 601", "3600, 3600", "3601, 3600", "4294967295, 3600"})
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "The lifetime is at least the default of 10 minutes and at most the server's maximum")
    void theLifetimeIsBetweenTheDefaultAndTheMaximum(long requested, long granted) {
        StunMessage response = client.allocate(encoder -> encoder.add(TurnAttributes.LIFETIME, requested));

        assertThat(response.get(TurnAttributes.LIFETIME)).isEqualTo(granted);
        shard.advanceSeconds(granted - 1);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.counters().allocations()).isZero();
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A retransmitted Allocate request is answered like the first")
    void aRetransmissionGetsTheSameResponseAndNoSecondAllocation() {
        byte[] request = client.sign(udp(begin(TurnMethod.ALLOCATE)));
        assertSuccess(client.exchange(request));
        ByteBuffer first = shard.sent.getLast().datagram();
        shard.advanceSeconds(30);

        assertSuccess(client.exchange(request));

        assertThat(shard.sent.getLast().datagram()).isEqualTo(first);
        assertThat(shard.open).hasSize(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A second Allocate request on a 5-tuple is answered 437")
    void aSecondAllocateOnTheSameFiveTupleIs437() {
        assertSuccess(client.allocate());

        assertError(client.allocate(), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(shard.open).hasSize(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A second Allocate request on a 5-tuple is answered 437")
    void theSameTransactionIdOfAnotherUserIsNoRetransmission() {
        byte[] request = client.sign(udp(begin(TurnMethod.ALLOCATE)));
        assertSuccess(client.exchange(request));
        TestClient bob = new TestClient(shard, client.address, "bob", "also secret");
        var id = StunMessage.parse(ByteBuffer.wrap(request)).transactionId();

        StunMessage response = bob.request(udp(StunEncoder.of(MessageClass.REQUEST, TurnMethod.ALLOCATE, id)));

        assertError(response, ErrorCode.ALLOCATION_MISMATCH);
        assertThat(response.verifyMessageIntegrity(bob.key)).isTrue();
    }

    @Test
    @Requirement(rfc = 8656, section = "6", text = "An allocation belongs to a 5-tuple")
    void theSameClientAtAnotherAddressOfTheServerIsAnotherFiveTuple() {
        ServerAddress second = new ServerAddress(ClientTransport.UDP, TransportAddress.parse("203.0.113.1:3479"));
        byte[] request = client.sign(udp(begin(TurnMethod.ALLOCATE)));

        shard.receive(client.address, ByteBuffer.wrap(request));
        shard.receive(client.address, second, ByteBuffer.wrap(request));

        assertThat(shard.open).hasSize(2);
        assertThat(shard.sent.getLast().local()).isEqualTo(second);
    }

    @Test
    @Requirement(rfc = 8656, section = "6", text = "An allocation belongs to a 5-tuple")
    void theSameClientOverAnotherTransportIsAnotherFiveTuple() {
        assertSuccess(client.allocate());
        assertSuccess(client.over(ClientTransport.TCP).allocate());

        assertThat(shard.open).hasSize(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "An Allocate request without REQUESTED-TRANSPORT is answered 400")
    void anAllocateWithoutRequestedTransportIs400() {
        assertError(client.request(begin(TurnMethod.ALLOCATE)), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A transport that is not supported is answered 442")
    void anyTransportButUdpIs442() {
        int tcp = 6;
        StunMessage response = client.request(begin(TurnMethod.ALLOCATE).add(TurnAttributes.REQUESTED_TRANSPORT, tcp));

        assertError(response, ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL);
        assertThat(shard.server.counters().allocateResults(442)).isEqualTo(1);
    }

    @Test
    void dontFragmentIsTreatedAsUnknown() {
        StunMessage response = client.allocate(encoder -> encoder.add(TurnAttributes.DONT_FRAGMENT, true));

        assertError(response, ErrorCode.UNKNOWN_ATTRIBUTE);
        assertThat(response.get(StunAttributes.UNKNOWN_ATTRIBUTES))
                .containsExactly(TurnAttributes.DONT_FRAGMENT.type());
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "REQUESTED-ADDRESS-FAMILY chooses the family of the relayed address")
    void anIpv4RelayCanBeAskedForByName() {
        assertSuccess(client.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 1)));
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "An address family that is not supported is answered 440")
    void anyOtherAddressFamilyIs440() {
        for (int family : new int[] {0, 2, 3, 255}) {
            assertError(
                    client.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, family)),
                    ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A malformed attribute of an Allocate request is answered 400")
    void aMalformedAttributeIs400() {
        for (StunAttribute<?> attribute : List.of(
                TurnAttributes.REQUESTED_TRANSPORT,
                TurnAttributes.REQUESTED_ADDRESS_FAMILY,
                TurnAttributes.LIFETIME,
                TurnAttributes.EVEN_PORT)) {
            StunAttribute<byte[]> malformed = StunAttribute.opaque(attribute.type(), attribute.name(), length -> true);
            var request = begin(TurnMethod.ALLOCATE).add(malformed, new byte[2]);
            if (attribute != TurnAttributes.REQUESTED_TRANSPORT) {
                udp(request);
            }
            assertError(client.request(request), ErrorCode.BAD_REQUEST);
        }
        assertThat(shard.open).isEmpty();
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A user beyond its quota is answered 486")
    void anAccountBeyondItsQuotaIs486AndOthersStillGetTheirs() {
        TestServer small = new TestServer(TurnServerConfig.builder().maxAllocationsPerUser(2));
        TestClient first = aliceAt(small, 1).withAllocation();
        aliceAt(small, 2).withAllocation();

        assertError(aliceAt(small, 3).allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(new TestClient(small, TestServer.CLIENT, "bob", "also secret").allocate());
        assertSuccess(first.refresh(0));
        assertSuccess(aliceAt(small, 4).allocate());
        assertThat(small.server.counters().allocateResults(486)).isEqualTo(1);
    }

    @Test
    void newCredentialsOfTheSameNameShareOneQuota() {
        TestServer small = new TestServer(TurnServerConfig.builder().maxAllocationsPerUser(1));
        for (int i = 0; i < 2; i++) {
            TimeLimitedCredential credential =
                    TestServer.SECRETS.issue("carol", TestServer.START_WALL_SECONDS + 100 + i);
            StunMessage response = new TestClient(
                            small, TestClient.ipv4(1, 5000 + i), credential.username(), credential.password())
                    .allocate();
            if (i == 0) {
                assertSuccess(response);
            } else {
                assertError(response, ErrorCode.ALLOCATION_QUOTA_REACHED);
            }
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A server that has no capacity left answers 508")
    void aFullServerIs508() {
        TestServer small = new TestServer(TurnServerConfig.builder().maxAllocations(2));
        aliceAt(small, 1).withAllocation();
        aliceAt(small, 2).withAllocation();

        assertError(aliceAt(small, 3).allocate(), ErrorCode.INSUFFICIENT_CAPACITY);
        small.advanceSeconds(600);
        assertSuccess(aliceAt(small, 3).allocate());
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A server that has no capacity left answers 508")
    void anExhaustedPortRangeIs508AndEveryPortOfItIsUsedBefore() {
        TestServer small = new TestServer(TurnServerConfig.builder().relayPorts(new PortRange(50_001, 50_004)));
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            ports.add(relayed(aliceAt(small, i).allocate()).port());
        }

        assertThat(ports).containsExactlyInAnyOrder(50_001, 50_002, 50_003, 50_004);
        assertError(aliceAt(small, 9).allocate(), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "Relayed ports are hard to guess")
    void relayedPortsAreScatteredOverTheRange() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            ports.add(relayed(aliceAt(shard, i).allocate()).port() / 1_000);
        }
        assertThat(ports).hasSizeGreaterThan(5);
    }

    private static TestClient aliceAt(TestServer shard, int lastOctet) {
        return TestClient.alice(shard, TestClient.ipv4(lastOctet, 5000));
    }
}
