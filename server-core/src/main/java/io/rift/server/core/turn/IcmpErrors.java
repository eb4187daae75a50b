package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.IcmpError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.random.RandomGenerator;

/**
 * RFC 8656 section 11.5: tells a client what came back for the datagrams that it sent. Anybody who knows a relayed
 * transport address can forge such an error, so a client hears of few of them, and nothing here ends because of one.
 */
final class IcmpErrors {
    private static final int IPV4_DESTINATION_UNREACHABLE = 3;
    private static final int IPV4_FRAGMENTATION_NEEDED = 4;
    private static final int IPV4_TIME_EXCEEDED = 11;
    private static final int IPV6_DESTINATION_UNREACHABLE = 1;
    private static final int IPV6_PACKET_TOO_BIG = 2;
    private static final int IPV6_TIME_EXCEEDED = 3;

    private final Queue<TurnCommand> commands;
    private final TurnCounters counters;
    private final RandomGenerator random;

    IcmpErrors(Queue<TurnCommand> commands, TurnCounters counters, RandomGenerator random) {
        this.commands = commands;
        this.counters = counters;
        this.random = random;
    }

    void handle(RelaySocket socket, TransportAddress peer, int type, int code, long errorData, long nowNanos) {
        Allocation allocation = socket.allocation();
        if (allocation == null) {
            counters.drop(DropReason.NO_RELAY);
            return;
        }
        if (!isRelayed(peer, type)) {
            counters.drop(DropReason.ICMP_TYPE);
            return;
        }
        // "For ICMP packets, the source IP address MUST NOT be checked against the permissions list as it would be for
        // UDP packets. Instead, the server extracts the destination IP address from the encapsulated IP header. The
        // server then compares this address with the IP address associated with each permission in the list of
        // permissions for the allocation."
        if (allocation.permissions().get(new TransportAddress(peer.ip(), 0)) == null) {
            counters.drop(DropReason.NO_PERMISSION);
            return;
        }
        if (allocation.isAdrift()) {
            counters.drop(DropReason.CLIENT_AWAY);
            return;
        }
        if (!allocation.mayHearOfIcmpError(nowNanos)) {
            counters.drop(DropReason.ICMP_RATE);
            return;
        }
        // RFC 8656 section 11.5: such a Data indication has XOR-PEER-ADDRESS and ICMP, and no DATA.
        byte[] indication = StunEncoder.of(MessageClass.INDICATION, TurnMethod.DATA, TransactionId.random(random))
                .add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                .add(TurnAttributes.ICMP, new IcmpError(type, code, tellsMtu(peer, type, code) ? errorData : 0))
                .encode();
        ClientPath path = allocation.path();
        commands.add(new TurnCommand.SendToClient(path.local(), path.client(), ByteBuffer.wrap(indication)));
        counters.icmpErrorsToClients++;
    }

    /**
     * RFC 8656 section 18.13: "If the ICMPv6 type is 2 ("Packet too big" message) or ICMPv4 type is 3 (Destination
     * Unreachable) and Code is 4 (fragmentation needed and DF set), the Error Data field will be set to the Maximum
     * Transmission Unit of the next-hop link [...]. For other ICMPv6 types and ICMPv4 types and codes, the Error Data
     * field MUST be set to zero."
     */
    private static boolean tellsMtu(TransportAddress peer, int type, int code) {
        return peer.ip().isIpv4()
                ? type == IPV4_DESTINATION_UNREACHABLE && code == IPV4_FRAGMENTATION_NEEDED
                : type == IPV6_PACKET_TOO_BIG;
    }

    /**
     * "the server verifies that the type is either 3 or 11 for an ICMPv4 packet or either 1, 2, or 3 for an ICMPv6 packet"
     */
    private static boolean isRelayed(TransportAddress peer, int type) {
        return peer.ip().isIpv4()
                ? type == IPV4_DESTINATION_UNREACHABLE || type == IPV4_TIME_EXCEEDED
                : type >= IPV6_DESTINATION_UNREACHABLE && type <= IPV6_TIME_EXCEEDED;
    }
}
