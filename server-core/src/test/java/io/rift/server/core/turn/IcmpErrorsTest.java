package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.IPV6_PEER;
import static io.rift.server.core.turn.TestServer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.IcmpError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8656 section 11.5: what comes back for the datagrams of a relay socket. */
class IcmpErrorsTest {
    private static final int DESTINATION_UNREACHABLE = 3;
    private static final int PORT_UNREACHABLE = 3;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int TIME_EXCEEDED = 11;

    private static final int PACKET_TOO_BIG = 2;

    private final TestServer shard = new TestServer(TurnServerConfig.builder().relayFamilies(TestServer.BOTH_FAMILIES));
    private final TestClient client = TestClient.alice(shard).withAllocation();

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.5",
            text =
                    "An ICMP error reaches the client in a Data indication with XOR-PEER-ADDRESS and ICMP and without DATA")
    void theClientHearsOfAnErrorInADataIndicationWithoutData() {
        assertSuccess(client.createPermission(PEER));
        TransportAddress otherPort = new TransportAddress(PEER.ip(), 7);

        StunMessage indication = indicationOf(otherPort, DESTINATION_UNREACHABLE, PORT_UNREACHABLE, 0);

        assertThat(indication.is(MessageClass.INDICATION, TurnMethod.DATA)).isTrue();
        assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(otherPort);
        assertThat(indication.get(TurnAttributes.ICMP))
                .isEqualTo(new IcmpError(DESTINATION_UNREACHABLE, PORT_UNREACHABLE, 0));
        assertThat(indication.has(TurnAttributes.DATA)).isFalse();
        assertThat(shard.server.counters().icmpErrorsToClients()).isEqualTo(1);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "18.13",
            text = "The error data of a packet that was too big is the MTU of the next hop")
    void theMtuOfTheNextHopIsToldInErrorData() {
        assertSuccess(client.createPermission(PEER));

        assertThat(indicationOf(PEER, DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED, 1280)
                        .get(TurnAttributes.ICMP))
                .isEqualTo(new IcmpError(DESTINATION_UNREACHABLE, FRAGMENTATION_NEEDED, 1280));
    }

    @Test
    @Requirement(rfc = 8656, section = "11.5", text = "Only ICMP types 3 and 11 and ICMPv6 types 1 to 3 are relayed")
    void onlyTheTypesOfTheRfcAreTold() {
        assertSuccess(client.createPermission(PEER));
        for (int type = 0; type < 256; type++) {
            int before = shard.sent.size();
            icmp(PEER, type, 0, 0);
            boolean told = shard.sent.size() > before;
            assertThat(told)
                    .as("type " + type)
                    .isEqualTo(List.of(DESTINATION_UNREACHABLE, TIME_EXCEEDED).contains(type));
        }
        assertThat(shard.drops(DropReason.ICMP_TYPE)).isEqualTo(254);
    }

    @Test
    @Requirement(rfc = 8656, section = "11.5", text = "Only ICMP types 3 and 11 and ICMPv6 types 1 to 3 are relayed")
    void onlyTheTypesOfTheRfcAreToldOverIpv6() {
        relayIpv6();
        for (int type = 0; type < 256; type++) {
            int before = shard.sent.size();
            icmp(IPV6_PEER, type, 0, 0);
            boolean told = shard.sent.size() > before;
            assertThat(told)
                    .as("type " + type)
                    .isEqualTo(List.of(1, PACKET_TOO_BIG, 3).contains(type));
        }
        assertThat(shard.drops(DropReason.ICMP_TYPE)).isEqualTo(253);
    }

    @Test
    @Requirement(rfc = 8656, section = "18.13", text = "The error data is zero but for a packet that was too big")
    void nothingElseIsToldInErrorData() {
        assertSuccess(client.createPermission(PEER));
        for (int code : List.of(0, 1, PORT_UNREACHABLE, 5, 13)) {
            assertThat(indicationOf(PEER, DESTINATION_UNREACHABLE, code, 1280).get(TurnAttributes.ICMP))
                    .isEqualTo(new IcmpError(DESTINATION_UNREACHABLE, code, 0));
        }
        assertThat(indicationOf(PEER, TIME_EXCEEDED, FRAGMENTATION_NEEDED, 1280).get(TurnAttributes.ICMP))
                .isEqualTo(new IcmpError(TIME_EXCEEDED, FRAGMENTATION_NEEDED, 0));

        relayIpv6();
        assertThat(indicationOf(IPV6_PEER, PACKET_TOO_BIG, 0, 1280).get(TurnAttributes.ICMP))
                .isEqualTo(new IcmpError(PACKET_TOO_BIG, 0, 1280));
        for (int type : List.of(1, 3)) {
            assertThat(indicationOf(IPV6_PEER, type, FRAGMENTATION_NEEDED, 1280).get(TurnAttributes.ICMP))
                    .isEqualTo(new IcmpError(type, FRAGMENTATION_NEEDED, 0));
        }
    }

    private void relayIpv6() {
        assertSuccess(client.refresh(0));
        assertSuccess(client.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2)));
        assertSuccess(client.createPermission(IPV6_PEER));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.5",
            text =
                    "An ICMP error is relayed only if there is a permission for the address that the datagram was sent to")
    void withoutAPermissionForThePeerNothingIsTold() {
        assertSuccess(client.createPermission(PEER));

        assertNotTold(TestClient.ipv4(21, 6000), DropReason.NO_PERMISSION);
        shard.advanceSeconds(TurnServerConfig.PERMISSION_LIFETIME_SECONDS);
        assertNotTold(PEER, DropReason.NO_PERMISSION);
    }

    @Test
    @Requirement(rfc = 8656, section = "11.5", text = "An ICMP error for an address without an allocation is dropped")
    void withoutAnAllocationNothingIsTold() {
        assertSuccess(client.createPermission(PEER));
        RelaySocket socket = shard.onlySocket();
        assertSuccess(client.refresh(0));

        shard.icmp(socket, PEER, DESTINATION_UNREACHABLE, PORT_UNREACHABLE, 0);

        assertThat(shard.drops(DropReason.NO_RELAY)).isEqualTo(1);
    }

    @Test
    void aFloodOfErrorsReachesTheClientOnlyInPart() {
        assertSuccess(client.createPermission(PEER));
        for (int second = 1; second <= 3; second++) {
            for (int i = 0; i < 100; i++) {
                icmp(PEER, DESTINATION_UNREACHABLE, PORT_UNREACHABLE, 0);
            }
            assertThat(shard.server.counters().icmpErrorsToClients()).isEqualTo(second * 20L);
            shard.advanceSeconds(1);
        }
        assertThat(shard.drops(DropReason.ICMP_RATE)).isEqualTo(240);
    }

    private void assertNotTold(TransportAddress peer, DropReason reason) {
        int before = shard.sent.size();
        long drops = shard.drops(reason);
        icmp(peer, DESTINATION_UNREACHABLE, PORT_UNREACHABLE, 0);
        assertThat(shard.sent).hasSize(before);
        assertThat(shard.drops(reason)).isEqualTo(drops + 1);
    }

    private StunMessage indicationOf(TransportAddress peer, int type, int code, long errorData) {
        int before = shard.sent.size();
        icmp(peer, type, code, errorData);
        assertThat(shard.sent).hasSize(before + 1);
        return client.lastResponse();
    }

    private void icmp(TransportAddress peer, int type, int code, long errorData) {
        shard.icmp(shard.onlySocket(), peer, type, code, errorData);
    }
}
