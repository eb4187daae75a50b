package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.ipv4;
import static io.rift.server.core.turn.TestServer.BOTH_FAMILIES;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * A relayed packet costs no garbage, so that the collector never stops a call.
 *
 * <p>When the optimising compiler swaps code that is running, HotSpot books some hundred bytes on the running thread,
 * even of a loop that does nothing but move the position of a buffer. So a round in which that happened is repeated; a
 * packet that made garbage would show in each round.
 */
class GarbageFreeTest {
    private static final int WARM_UP = 30_000;
    private static final int PACKETS = 100_000;
    private static final int MAX_ROUNDS = 10;
    private static final int PEERS = 16;
    private static final int PAYLOAD_BYTES = 160;

    /** Limits that every packet is weighed against, and that none of them exceeds. */
    private static final TurnLimits BROAD = TurnLimits.DEFAULTS.withBandwidth(
            new RateLimit(RateLimit.MAX_BURST, RateLimit.MAX_BURST),
            new RateLimit(RateLimit.MAX_BURST, RateLimit.MAX_BURST));

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final TestServer shard =
            new TestServer(TurnServerConfig.builder().limits(BROAD).relayFamilies(BOTH_FAMILIES));
    private final TestClient client = TestClient.alice(shard);
    private final TurnServer server = shard.server;
    private final RelaySocket ipv4Socket;
    private final RelaySocket ipv6Socket;
    private final TransportAddress[] peers = new TransportAddress[PEERS];

    GarbageFreeTest() {
        assertSuccess(client.allocate(encoder -> encoder.add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, 2)));
        ipv4Socket = shard.socket(IpAddress.Family.IPV4);
        ipv6Socket = shard.socket(IpAddress.Family.IPV6);
    }

    /** Takes the i-th packet and says whether it was relayed. */
    @FunctionalInterface
    interface Packet {
        boolean relay(int i);
    }

    @Test
    void channelDataFromClientsAllocatesNothing() {
        bindChannels();
        ByteBuffer[] datagrams = new ByteBuffer[PEERS];
        for (int i = 0; i < PEERS; i++) {
            datagrams[i] = TestClient.channelData(0x4000 + i, "x".repeat(PAYLOAD_BYTES));
        }

        assertGarbageFree(i -> fromClient(datagrams[i % PEERS].clear()));
    }

    @Test
    void sendIndicationsAllocateNothing() {
        permit();
        ByteBuffer[] datagrams = new ByteBuffer[PEERS];
        for (int i = 0; i < PEERS; i++) {
            datagrams[i] = TestClient.sendIndication(peers[i], "x".repeat(PAYLOAD_BYTES));
        }

        assertGarbageFree(i -> fromClient(datagrams[i % PEERS].clear()));
    }

    @Test
    void sendIndicationsWithFingerprintFromADirectBufferAllocateNothing() {
        permit();
        byte[] message = StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, new TransactionId(1, 2))
                .add(TurnAttributes.XOR_PEER_ADDRESS, peers[0])
                .add(TurnAttributes.DATA, ByteBuffer.allocate(PAYLOAD_BYTES))
                .encodeWithFingerprint();
        ByteBuffer datagram = ByteBuffer.allocateDirect(message.length).put(message);

        assertGarbageFree(i -> fromClient(datagram.clear()));
    }

    @Test
    void whatGoesToClientsAsChannelDataAllocatesNothing() {
        bindChannels();
        ByteBuffer buffer = ByteBuffer.allocateDirect(400);

        assertGarbageFree(i -> fromPeer(peers[i % PEERS], buffer));
        assertThat(buffer.remaining()).isEqualTo(ChannelData.HEADER_BYTES + PAYLOAD_BYTES);
    }

    @Test
    void whatGoesToClientsAsDataIndicationsAllocatesNothing() {
        permit();
        ByteBuffer buffer = ByteBuffer.allocateDirect(400);

        assertGarbageFree(i -> fromPeer(peers[i % PEERS], buffer));
        assertThat(buffer.remaining()).isEqualTo(48 + PAYLOAD_BYTES);
    }

    @Test
    void whatIsHandedOverToAnotherClientAllocatesNothing() {
        TestClient other = TestClient.alice(shard, ipv4(1, 1));
        TransportAddress relayOfOther = TestClient.relayed(other.allocate());
        TransportAddress relayOfClient = new TransportAddress(TestServer.OWN, ipv4Socket.port());
        assertSuccess(client.bindChannel(0x4000, relayOfOther));
        assertSuccess(other.bindChannel(0x4000, relayOfClient));
        ByteBuffer datagram = HandOverTest.withRoom(TestClient.channelData(0x4000, "x".repeat(PAYLOAD_BYTES)));
        int start = datagram.position();
        int end = datagram.limit();

        assertGarbageFree(i -> handOver(datagram.limit(end).position(start)));
    }

    private boolean handOver(ByteBuffer datagram) {
        Route route = server.handleClientMessage(
                client.address, TestServer.LOCAL, datagram, shard.nowNanos(), TestServer.START_WALL_SECONDS);
        return route != null && server.isInside(route) && server.handOver(route, datagram, shard.nowNanos()) != null;
    }

    @Test
    void refusedPacketsAllocateNothing() {
        ByteBuffer unbound = TestClient.channelData(0x4000, "x");
        ByteBuffer notPermitted = TestClient.sendIndication(ipv4(99, 1), "x");
        ByteBuffer neither = ByteBuffer.allocate(10).put(0, (byte) 0xFF);
        ByteBuffer buffer = ByteBuffer.allocateDirect(400);
        TransportAddress stranger = ipv4(98, 1);

        assertGarbageFree(i -> !fromClient(unbound.clear())
                && !fromClient(notPermitted.clear())
                && !fromClient(neither.clear())
                && !fromPeer(stranger, buffer));
    }

    @Test
    void packetsBeyondABandwidthAllocateNothing() {
        RateLimit slow = new RateLimit(20, TurnLimits.MIN_BURST_BYTES);
        TestServer slowShard = new TestServer(
                TurnServerConfig.builder().limits(TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, slow)));
        TestClient slowClient = TestClient.alice(slowShard).withAllocation();
        assertSuccess(slowClient.bindChannel(0x4000, ipv4(1, 1)));
        ByteBuffer datagram = TestClient.channelData(0x4000, "x".repeat(PAYLOAD_BYTES));
        for (int i = 0; i < TurnLimits.MIN_BURST_BYTES / PAYLOAD_BYTES; i++) {
            slowClient.sendChannelData(datagram.clear()); // until nothing is left of the burst
        }

        assertGarbageFree(i -> slowClient.sendChannelData(datagram.clear()) == null);
    }

    private boolean fromClient(ByteBuffer datagram) {
        return server.handleClientMessage(
                        client.address, TestServer.LOCAL, datagram, shard.nowNanos(), TestServer.START_WALL_SECONDS)
                != null;
    }

    private boolean fromPeer(TransportAddress peer, ByteBuffer buffer) {
        RelaySocket socket = peer.ip().isIpv4() ? ipv4Socket : ipv6Socket;
        buffer.limit(TurnServer.HEADROOM_BYTES + PAYLOAD_BYTES).position(TurnServer.HEADROOM_BYTES);
        return server.handleRelayedDatagram(socket, peer, buffer, shard.nowNanos()) != null;
    }

    private void assertGarbageFree(Packet packet) {
        allocatedBytes(packet, WARM_UP);
        long bytes = allocatedBytes(packet, PACKETS);
        for (int round = 1; round < MAX_ROUNDS && bytes != 0; round++) {
            bytes = allocatedBytes(packet, PACKETS);
        }
        assertThat(bytes).as("bytes for %s packets", PACKETS).isZero();
    }

    private long allocatedBytes(Packet packet, int packets) {
        int relayed = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < packets; i++) {
            if (packet.relay(i)) {
                relayed++;
            }
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(relayed).isEqualTo(packets);
        return bytes;
    }

    /** Every other peer is one of IPv6, and so is the last; some of those carry an IPv4 address as ISATAP does. */
    private static TransportAddress peer(int i) {
        if (i % 2 == 0) {
            return ipv4(1 + i, 6000 + i);
        }
        return TransportAddress.parse("[2001:db8:20::" + (i % 4 == 1 ? "" : "5efe:9.9.9.") + i + "]:6000");
    }

    private void bindChannels() {
        for (int i = 0; i < PEERS; i++) {
            peers[i] = peer(i);
            assertSuccess(client.bindChannel(0x4000 + i, peers[i]));
        }
    }

    private void permit() {
        for (int i = 0; i < PEERS; i++) {
            peers[i] = peer(i);
            assertSuccess(client.createPermission(peers[i]));
        }
    }
}
