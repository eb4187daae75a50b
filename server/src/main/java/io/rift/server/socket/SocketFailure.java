package io.rift.server.socket;

import io.netty.channel.unix.Errors;
import java.net.PortUnreachableException;
import java.util.Set;

/** What an exception of Netty's epoll transport says about the system call that failed. */
final class SocketFailure {

    /** What Linux makes of ICMP and ICMPv6 errors, see icmp_err_convert and icmpv6_err_convert. The numbers of errno(3). */
    private static final Set<Integer> OF_ICMP = Set.of(
            13, // EACCES
            64, // ENONET
            71, // EPROTO
            90, // EMSGSIZE
            92, // ENOPROTOOPT
            95, // EOPNOTSUPP
            101, // ENETUNREACH
            111, // ECONNREFUSED
            112, // EHOSTDOWN
            113); // EHOSTUNREACH

    private SocketFailure() {}

    /** Whether an ICMP error can have caused it, which may have been about any other datagram. */
    static boolean mayBeOfIcmp(Throwable failure) {
        return failure instanceof PortUnreachableException
                || (failure instanceof Errors.NativeIoException error && OF_ICMP.contains(-error.expectedErr()));
    }

    /** Whether nothing was to be sent. Netty tells the call in the text alone. */
    static boolean isOfReading(Throwable failure) {
        return failure instanceof Errors.NativeIoException
                && String.valueOf(failure.getMessage()).startsWith("recv");
    }
}
