package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Needed;
import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Relays are IPv4, clients need not be. */
@Timeout(60)
class Ipv6ClientIT {

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "The relayed address is IPv4 unless asked otherwise, whatever the client's family")
    void aClientOverIpv6GetsARelayOfTheIpv4Address() {
        Needed.that(hasIpv6Loopback(), "this machine has no ::1");
        try (RiftServer server = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=::1,127.0.0.1",
                        "--rift.turn.users.alice=wonderland");
                TurnTestClient six = client("::1", server);
                TurnTestClient sixOverTcp = new TurnTestClient(
                        StreamWire.connect("::1", server.ports().turnTcp()), "alice", "wonderland");
                TurnTestClient four = client("127.0.0.1", server)) {
            assertThat(sixOverTcp.binding()).isEqualTo(sixOverTcp.local());
            assertThat(sixOverTcp.allocate().ip()).hasToString("127.0.0.1");
            TransportAddress relayOfSix = six.allocate();
            TransportAddress relayOfFour = four.allocate();
            assertThat(relayOfSix.ip()).hasToString("127.0.0.1");
            assertThat(six.bindChannel(0x4001, relayOfFour)).isEqualTo(200);
            assertThat(four.bindChannel(0x4002, relayOfSix)).isEqualTo(200);
            six.sendChannelData(0x4001, new byte[] {6});
            assertThat(four.receiveChannelData(0x4002)).containsExactly(6);
            four.sendChannelData(0x4002, new byte[] {4});
            assertThat(six.receiveChannelData(0x4001)).containsExactly(4);
        }
    }

    private static TurnTestClient client(String address, RiftServer server) {
        return new TurnTestClient(
                address,
                new InetSocketAddress(
                        InetAddress.ofLiteral(address), server.ports().turn()),
                "alice",
                "wonderland");
    }

    private static boolean hasIpv6Loopback() {
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
            return probe.isBound();
        } catch (SocketException e) {
            return false;
        }
    }
}
