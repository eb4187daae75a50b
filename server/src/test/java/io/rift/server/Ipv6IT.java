package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Needed;
import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress.Family;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.AddressError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients over IPv6 and relays of IPv6, over loopback. */
@Timeout(60)
class Ipv6IT {

    private RiftServer server;

    @BeforeEach
    void requireIpv6() {
        Needed.that(hasIpv6Loopback(), "this machine has no ::1");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "The relayed address is IPv4 unless asked otherwise, whatever the client's family")
    void aClientOverIpv6GetsARelayOfTheIpv4Address() {
        start("::1,127.0.0.1");
        try (TurnTestClient six = client("::1");
                TurnTestClient four = client("127.0.0.1")) {
            TransportAddress relayOfSix = six.allocate();
            TransportAddress relayOfFour = four.allocate();
            assertThat(relayOfSix.ip()).hasToString("127.0.0.1");
            assertDataFlows(six, relayOfSix, four, relayOfFour);
        }
    }

    @Test
    void aClientOverIpv6AndTcpIsServedAlike() {
        start("::1,127.0.0.1");
        try (TurnTestClient six =
                new TurnTestClient(StreamWire.connect("::1", server.ports().turnTcp()), "alice", "wonderland")) {
            assertThat(six.binding()).isEqualTo(six.local());
            assertThat(six.allocate().ip()).hasToString("127.0.0.1");
            six.release();
            assertThat(allocateIpv6(six).ip()).hasToString("::1");
        }
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "REQUESTED-ADDRESS-FAMILY chooses the family of the relayed address")
    void clientsOfBothFamiliesMeetAtRelaysOfIpv6() {
        start("::1,127.0.0.1");
        try (TurnTestClient six = client("::1");
                TurnTestClient four = client("127.0.0.1")) {
            TransportAddress relayOfSix = allocateIpv6(six);
            TransportAddress relayOfFour = allocateIpv6(four);
            assertThat(relayOfSix.ip()).hasToString("::1");
            assertThat(relayOfFour.ip()).hasToString("::1");
            assertDataFlows(six, relayOfSix, four, relayOfFour);
            six.release();
            four.release();
        }
        assertThat(server.ports().addresses()).extracting(Object::toString).containsExactly("::1", "127.0.0.1");
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "ADDITIONAL-ADDRESS-FAMILY gets a relayed address of each family in one response")
    void oneAllocationReachesPeersOfBothFamilies() {
        start("::1,127.0.0.1");
        try (TurnTestClient dual = client("127.0.0.1");
                TurnTestClient six = client("::1");
                TurnTestClient four = client("127.0.0.1")) {
            StunMessage response = allocateBoth(dual);
            List<TransportAddress> relays = response.all(TurnAttributes.XOR_RELAYED_ADDRESS);
            assertThat(relays).extracting(relay -> relay.ip().toString()).containsExactly("127.0.0.1", "::1");
            assertDataFlows(dual, relays.get(0), four, four.allocate());
            TransportAddress relayOfSix = allocateIpv6(six);
            assertThat(dual.permit(relayOfSix)).isEqualTo(200);
            assertThat(six.permit(relays.get(1))).isEqualTo(200);
            dual.sendIndication(relayOfSix, new byte[] {9});
            StunMessage data = six.receiveIndication();
            assertThat(data.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(relays.get(1));
            six.sendIndication(relays.get(1), new byte[] {8});
            assertThat(dual.receiveIndication().get(TurnAttributes.XOR_PEER_ADDRESS))
                    .isEqualTo(relayOfSix);
        }
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "Without REQUESTED-ADDRESS-FAMILY the relayed address is of IPv4, or the answer 440")
    void aServerOfIpv6AloneGivesNoRelayOfIpv4() {
        start("::1");
        try (TurnTestClient six = client("::1")) {
            assertThat(six.tryAllocate(encoder -> {}).get(StunAttributes.ERROR_CODE))
                    .isEqualTo(ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
            StunMessage half = allocateBoth(six);
            assertThat(half.all(TurnAttributes.XOR_RELAYED_ADDRESS))
                    .extracting(relay -> relay.ip().toString())
                    .containsExactly("::1");
            assertThat(half.get(TurnAttributes.ADDRESS_ERROR_CODE))
                    .isEqualTo(new AddressError(Family.IPV4, ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED));
        }
    }

    @Test
    void noOtherPortOfTheLoopbackAddressIsReached() {
        start("::1,127.0.0.1");
        try (TurnTestClient six = client("::1")) {
            allocateIpv6(six);
            for (String target : List.of("[::1]:22", "[::ffff:127.0.0.1]:22", "[::]:22")) {
                assertThat(six.bindChannel(0x4000, TransportAddress.parse(target)))
                        .isEqualTo(403);
            }
            assertThat(six.bindChannel(0x4000, TransportAddress.parse("127.0.0.1:22")))
                    .isEqualTo(443);
        }
    }

    private static boolean hasIpv6Loopback() {
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
            return probe.isBound();
        } catch (SocketException e) {
            return false;
        }
    }

    private static void assertDataFlows(
            TurnTestClient one, TransportAddress relayOfOne, TurnTestClient other, TransportAddress relayOfOther) {
        assertThat(one.bindChannel(0x4001, relayOfOther)).isEqualTo(200);
        assertThat(other.bindChannel(0x4002, relayOfOne)).isEqualTo(200);
        one.sendChannelData(0x4001, new byte[] {6});
        assertThat(other.receiveChannelData(0x4002)).containsExactly(6);
        other.sendChannelData(0x4002, new byte[] {4});
        assertThat(one.receiveChannelData(0x4001)).containsExactly(4);
    }

    private static TransportAddress allocateIpv6(TurnTestClient client) {
        StunMessage response = client.tryAllocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2));
        TransportAddress relayed = response.get(TurnAttributes.XOR_RELAYED_ADDRESS);
        assertThat(relayed).isNotNull();
        return relayed;
    }

    private static StunMessage allocateBoth(TurnTestClient client) {
        StunMessage response = client.tryAllocate(encoder -> encoder.add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2));
        assertThat(TurnTestClient.code(response)).isEqualTo(200);
        assertThat(response.is(MessageClass.SUCCESS_RESPONSE, TurnMethod.ALLOCATE))
                .isTrue();
        return response;
    }

    private void start(String addresses) {
        server = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=" + addresses,
                "--rift.turn.users.alice=wonderland");
    }

    private TurnTestClient client(String address) {
        return new TurnTestClient(
                address,
                new InetSocketAddress(
                        InetAddress.ofLiteral(address), server.ports().turn()),
                "alice",
                "wonderland");
    }
}
