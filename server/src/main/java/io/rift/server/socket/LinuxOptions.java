package io.rift.server.socket;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.rift.protocol.IpAddress.Family;

/** Options of Linux sockets for which Netty has no names: ip(7) and ipv6(7). For channels of its epoll transport. */
final class LinuxOptions {

    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;

    private static final IntegerUnixChannelOption IP_MTU_DISCOVER =
            new IntegerUnixChannelOption("IP_MTU_DISCOVER", SOL_IP, 10);
    private static final IntegerUnixChannelOption IP_RECVERR = new IntegerUnixChannelOption("IP_RECVERR", SOL_IP, 11);
    private static final IntegerUnixChannelOption IPV6_MTU_DISCOVER =
            new IntegerUnixChannelOption("IPV6_MTU_DISCOVER", SOL_IPV6, 23);
    private static final IntegerUnixChannelOption IPV6_RECVERR =
            new IntegerUnixChannelOption("IPV6_RECVERR", SOL_IPV6, 25);

    /** Fragments at the path MTU that the kernel knows. */
    private static final int PMTUDISC_WANT = 1;
    /** Sets DF, or over IPv6 makes no fragments, and does not let a known path MTU keep a datagram back. */
    private static final int PMTUDISC_PROBE = 3;
    /**
     * Never sets DF, and does not believe ICMP errors about the MTU, which anybody can forge; but unlike with
     * IP_PMTUDISC_DONT they come to the error queue.
     */
    private static final int PMTUDISC_OMIT = 5;

    private static final boolean SUPPORTED = areAccepted();

    private LinuxOptions() {}

    /** Whether this kernel has them; a sandbox that only looks like Linux may not. */
    static boolean areSupported() {
        return SUPPORTED;
    }

    private static boolean areAccepted() {
        return accepts(SocketProtocolFamily.INET, Family.IPV4) && accepts(SocketProtocolFamily.INET6, Family.IPV6);
    }

    /** Whether a socket of the one family accepts the options of the other. */
    static boolean accepts(SocketProtocolFamily sockets, Family options) {
        DatagramChannel probe;
        try {
            probe = new EpollDatagramChannel(sockets);
        } catch (ChannelException e) {
            return options == Family.IPV6; // where there are no such sockets, nobody needs their options
        }
        try {
            dontFragment(probe, options, true);
            dontFragment(probe, options, false);
            keepErrors(probe, options);
            return true;
        } catch (ChannelException e) {
            return false;
        } finally {
            probe.unsafe().closeForcibly();
        }
    }

    /**
     * Whether what is sent from now on has to travel in one piece. Otherwise it may be fragmented: at any hop over IPv4,
     * by this machine over IPv6.
     */
    static void dontFragment(DatagramChannel channel, Family family, boolean dontFragment) {
        if (family == Family.IPV4) {
            channel.config().setOption(IP_MTU_DISCOVER, dontFragment ? PMTUDISC_PROBE : PMTUDISC_OMIT);
        } else {
            channel.config().setOption(IPV6_MTU_DISCOVER, dontFragment ? PMTUDISC_PROBE : PMTUDISC_WANT);
        }
    }

    /** From now on ICMP errors come to the socket's error queue. */
    static void keepErrors(DatagramChannel channel, Family family) {
        channel.config().setOption(family == Family.IPV4 ? IP_RECVERR : IPV6_RECVERR, 1);
    }
}
