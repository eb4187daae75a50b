package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that change their address, or the transport, and take their allocation along. */
@Timeout(60)
class MobilityIT {

    private static RiftServer server;

    @BeforeAll
    static void start() {
        server = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.mobility.enabled=true",
                "--rift.turn.users.alice=wonderland");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void anAllocationFollowsItsClientToAnotherAddress() {
        try (TurnTestClient home = udp("127.0.0.1");
                TurnTestClient cafe = udp("127.0.0.2");
                TurnTestClient peer = udp("127.0.0.1")) {
            assertFollows(home, cafe, peer);
        }
    }

    @Test
    void anAllocationOutlivesAConnectionAndGoesOnOverUdp() {
        try (TurnTestClient cafe = udp("127.0.0.1");
                TurnTestClient peer = udp("127.0.0.1")) {
            TransportAddress relayOfPeer = peer.allocate();
            Allocated allocated;
            try (TurnTestClient home = new TurnTestClient(
                    StreamWire.connect("127.0.0.1", server.ports().turnTcp()), "alice", "wonderland")) {
                allocated = allocate(home);
                assertThat(home.bindChannel(0x4001, relayOfPeer)).isEqualTo(200);
            }
            move(cafe, allocated.ticket());
            cafe.sendChannelData(0x4001, new byte[] {1});
            assertThat(peer.permit(allocated.relayed())).isEqualTo(200);
            cafe.sendChannelData(0x4001, new byte[] {2});
            assertThat(peer.receiveIndication().get(TurnAttributes.XOR_PEER_ADDRESS))
                    .isEqualTo(allocated.relayed());
            peer.sendIndication(allocated.relayed(), new byte[] {3});
            assertThat(cafe.receiveChannelData(0x4001)).containsExactly(3);
        }
    }

    private static void assertFollows(TurnTestClient home, TurnTestClient cafe, TurnTestClient peer) {
        TransportAddress relayOfPeer = peer.allocate();
        Allocated allocated = allocate(home);
        assertThat(home.bindChannel(0x4001, relayOfPeer)).isEqualTo(200);
        assertThat(peer.bindChannel(0x4002, allocated.relayed())).isEqualTo(200);
        byte[] next = move(cafe, allocated.ticket());
        assertThat(next).isNotEqualTo(allocated.ticket());
        peer.sendChannelData(0x4002, new byte[] {1});
        assertThat(home.receiveChannelData(0x4001))
                .as("still at the old address")
                .containsExactly(1);
        cafe.sendChannelData(0x4001, new byte[] {2});
        assertThat(peer.receiveChannelData(0x4002)).containsExactly(2);
        peer.sendChannelData(0x4002, new byte[] {3});
        assertThat(cafe.receiveChannelData(0x4001)).containsExactly(3);
    }

    private record Allocated(StunMessage response) {
        TransportAddress relayed() {
            return Objects.requireNonNull(response.get(TurnAttributes.XOR_RELAYED_ADDRESS));
        }

        byte[] ticket() {
            return Objects.requireNonNull(response.get(TurnAttributes.MOBILITY_TICKET));
        }
    }

    private static Allocated allocate(TurnTestClient client) {
        return new Allocated(client.tryAllocate(encoder -> encoder.add(TurnAttributes.MOBILITY_TICKET, new byte[0])));
    }

    private static byte[] move(TurnTestClient to, byte[] ticket) {
        assertThat(TurnTestClient.code(to.challenged())).isEqualTo(401);
        StunMessage response =
                to.request(TurnMethod.REFRESH, encoder -> encoder.add(TurnAttributes.MOBILITY_TICKET, ticket));
        assertThat(TurnTestClient.code(response)).isEqualTo(200);
        return Objects.requireNonNull(response.get(TurnAttributes.MOBILITY_TICKET));
    }

    private static TurnTestClient udp(String from) {
        return new TurnTestClient(
                from,
                new InetSocketAddress(
                        InetAddress.ofLiteral("127.0.0.1"), server.ports().turn()),
                "alice",
                "wonderland");
    }
}
