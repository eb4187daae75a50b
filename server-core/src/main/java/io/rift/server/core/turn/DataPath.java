package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.DataIndication;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Relayed data, both ways. Nothing here makes an object per packet, once a peer is known.
 */
final class DataPath {
    /** The largest payload of a UDP datagram over IPv4. */
    private static final int MAX_DATAGRAM_BYTES = 65_507;

    private static final int ANY_PORT = 0;
    private static final long SPLITMIX_INCREMENT = 0x9E3779B97F4A7C15L;

    private final Allocations allocations;
    private final PeerAccess access;
    private final Quotas quotas;
    private final Mobility mobility;
    private final InsideRelays inside;
    private final TurnCounters counters;
    private final SendIndication sendIndication;
    private long idState;

    /**
     * The data path.
     *
     * @param setsDontFragment whether the shell can set the DF bit of a datagram
     * @param idSeed where the transaction ids of Data indications start
     */
    DataPath(
            Allocations allocations,
            PeerAccess access,
            Quotas quotas,
            Mobility mobility,
            InsideRelays inside,
            TurnCounters counters,
            boolean setsDontFragment,
            long idSeed) {
        this.allocations = allocations;
        this.access = access;
        this.quotas = quotas;
        this.mobility = mobility;
        this.inside = inside;
        this.counters = counters;
        this.sendIndication = new SendIndication(setsDontFragment);
        this.idState = idSeed;
    }

    /** RFC 8656 section 12.6. A binding suffices on the way to the peer; a permission matters on the way back. */
    @Nullable Route channelData(TransportAddress client, ServerAddress local, ByteBuffer datagram, long nowNanos) {
        int length = ChannelData.payloadLength(datagram);
        if (length < 0) {
            return dropRoute(DropReason.MALFORMED_CHANNEL_DATA);
        }
        Allocation allocation = allocations.get(client, local);
        if (allocation == null) {
            return dropRoute(DropReason.NO_ALLOCATION);
        }
        mobility.follow(allocation, client, local);
        // "If the ChannelData message is received on a channel that is not bound to any peer, then the message is
        // silently discarded."
        ChannelBinding binding = allocation.channels().get(ChannelData.number(datagram));
        if (binding == null) {
            return dropRoute(DropReason.NO_CHANNEL);
        }
        int index = datagram.position() + ChannelData.HEADER_BYTES;
        return toPeer(allocation, binding.route(), datagram, index, length, nowNanos);
    }

    /** RFC 8656 section 11.2. */
    @Nullable Route sendIndication(TransportAddress client, ServerAddress local, ByteBuffer datagram, long nowNanos) {
        DropReason reason = sendIndication.read(datagram);
        if (reason != null) {
            return dropRoute(reason);
        }
        Allocation allocation = allocations.get(client, local);
        if (allocation == null || !allocation.isLive()) {
            return dropRoute(DropReason.NO_ALLOCATION);
        }
        if (allocation.relayTransport() == RelayTransport.TCP) {
            return dropRoute(DropReason.TCP_ALLOCATION);
        }
        mobility.follow(allocation, client, local);
        // "The server also checks that there is a permission installed for the IP address contained in the
        // XOR-PEER-ADDRESS attribute. If no such permission exists, the message is discarded."
        IpAddress.Family family = sendIndication.family();
        long high = sendIndication.peerHigh();
        long low = sendIndication.peerLow();
        Permission permission = allocation.permissions().get(family, high, low, ANY_PORT);
        RelaySocket socket = allocation.socket(family);
        if (permission == null || socket == null) {
            return dropRoute(DropReason.NO_PERMISSION);
        }
        Route route = permission.route(sendIndication.peerPort());
        if (route == null) {
            TransportAddress peer = sendIndication.peer();
            reason = refusalOfNewPeer(permission, peer, nowNanos);
            if (reason != null) {
                return dropRoute(reason);
            }
            route = new Route(socket, peer);
            allocations.add(permission, route);
        }
        route.use();
        Route way = sendIndication.dontFragment() ? route.unfragmented() : route;
        return toPeer(allocation, way, datagram, sendIndication.dataIndex(), sendIndication.dataLength(), nowNanos);
    }

    /** Why no Send indication may go to a port to which none has gone lately, or null; it is then paid for. */
    private @Nullable DropReason refusalOfNewPeer(Permission permission, TransportAddress peer, long nowNanos) {
        Allocation allocation = permission.allocation();
        if (!access.mayReach(peer)) {
            return DropReason.PEER_REFUSED;
        }
        if (!quotas.fitsOnePeer(allocation)) {
            return DropReason.PEER_QUOTA;
        }
        if (allocation.channels().get(peer) == null) {
            if (!quotas.payForNewPeers(allocation.account(), permission.costOfANewPort(), nowNanos)) {
                return DropReason.NEW_PEER_RATE;
            }
            permission.turnedToANewPort();
        }
        return null;
    }

    private @Nullable Route toPeer(
            Allocation allocation, Route route, ByteBuffer datagram, int index, int length, long nowNanos) {
        TransportAddress peer = route.peer();
        if (!access.mayReach(peer)) {
            return dropRoute(DropReason.PEER_REFUSED);
        }
        DropReason excess =
                quotas.payForDatagram(allocation.account(), length, peer.ip().isIpv4(), nowNanos);
        if (excess != null) {
            return dropRoute(excess);
        }
        counters.packetsToPeers++;
        counters.bytesToPeers += length;
        allocation.traffic().toPeers(length);
        datagram.limit(index + length).position(index);
        return route;
    }

    /** From one allocation of this shard to another: what the second one's relay socket would have received. */
    @Nullable ClientPath handOver(Route route, ByteBuffer buffer, long nowNanos) {
        RelaySocket to = inside.behind(route);
        TransportAddress from = route.relaySocket().relayed();
        if (to == null || from == null) {
            return dropClient(DropReason.NO_RELAY);
        }
        return toClient(to, from, buffer, nowNanos);
    }

    /** RFC 8656 sections 11.3 and 12.7. */
    @Nullable ClientPath toClient(RelaySocket socket, TransportAddress peer, ByteBuffer buffer, long nowNanos) {
        Allocation allocation = socket.allocation();
        if (allocation == null) {
            return dropClient(DropReason.NO_RELAY);
        }
        // RFC 8656 section 9: "If no match is found, relaying is not permitted and the server silently discards the UDP
        // datagram."
        IpAddress ip = peer.ip();
        Permission permission = allocation.permissions().get(ip.family(), ip.high(), ip.low(), ANY_PORT);
        if (permission == null) {
            return dropClient(DropReason.NO_PERMISSION);
        }
        if (permission.policy() != access.policy() && !stands(permission)) {
            return dropClient(DropReason.PEER_REFUSED);
        }
        if (allocation.isAdrift()) {
            return dropClient(DropReason.CLIENT_AWAY);
        }
        int payload = buffer.position();
        int length = buffer.remaining();
        ChannelBinding binding = allocation.channels().get(peer);
        int headerBytes = binding == null ? DataIndication.headerBytes(ip.family()) : ChannelData.HEADER_BYTES;
        // RFC 8656 section 12.5: "Over TCP and TLS-over-TCP, the ChannelData message MUST be padded to a multiple of
        // four bytes"; "Over UDP, the padding is not required but MAY be included."
        boolean padded =
                binding == null || allocation.path().local().transport().isStream();
        int paddingBytes = padded ? DataIndication.paddingBytes(length) : 0;
        if (headerBytes + length + paddingBytes > MAX_DATAGRAM_BYTES) {
            return dropClient(DropReason.TOO_LARGE);
        }
        DropReason excess = quotas.payForDatagram(allocation.account(), length, ip.isIpv4(), nowNanos);
        if (excess != null) {
            return dropClient(excess);
        }
        buffer.limit(buffer.limit() + paddingBytes);
        if (binding == null) {
            long low = nextId();
            DataIndication.writeData(buffer, payload, length, (int) nextId(), low, peer);
        } else {
            ChannelData.writeHeader(buffer, payload - headerBytes, binding.number(), length);
            for (int i = 0; i < paddingBytes; i++) {
                buffer.put(payload + length + i, (byte) 0);
            }
        }
        buffer.position(payload - headerBytes);
        counters.packetsToClients++;
        counters.bytesToClients += length;
        allocation.traffic().toClient(length);
        return allocation.path();
    }

    /** Whether a permission holds under a policy that came after it; it ends here if not. */
    private boolean stands(Permission permission) {
        if (access.mayPermit(permission.key().ip())) {
            permission.foundGoodBy(access.policy());
            return true;
        }
        allocations.remove(permission);
        return false;
    }

    /**
     * SplitMix64, from a random seed: nobody answers an indication, so its transaction id protects nothing, and a secure
     * generator would make garbage per packet.
     */
    private long nextId() {
        idState += SPLITMIX_INCREMENT;
        long mixed = (idState ^ idState >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    private @Nullable Route dropRoute(DropReason reason) {
        counters.drop(reason);
        return null;
    }

    private @Nullable ClientPath dropClient(DropReason reason) {
        counters.drop(reason);
        return null;
    }
}
