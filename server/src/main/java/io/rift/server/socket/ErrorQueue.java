package io.rift.server.socket;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Linux keeps in the error queue of a socket with IP_RECVERR: the ICMP errors about what it sent. See ip(7)
 * and recvmsg(2); no API of Java or Netty reaches it, so {@code recvmsg} is called as it is. One instance serves one
 * event loop and tells what it read last until it reads again.
 */
final class ErrorQueue {

    /** As in {@code struct msghdr} of 64-bit Linux. */
    private static final class Header {
        static final int BYTES = 56;
        static final int NAME = 0;
        static final int NAME_LENGTH = 8;
        static final int CONTROL = 32;
        static final int CONTROL_LENGTH = 40;
    }

    /** As in {@code struct cmsghdr}, with {@code struct sock_extended_err} behind it. */
    private static final class Control {
        static final int BYTES = 256;
        static final int LENGTH = 0;
        static final int LEVEL = 8;
        static final int TYPE = 12;
        static final int ERROR_NUMBER = 16;
        static final int ORIGIN = 20;
        static final int ICMP_TYPE = 21;
        static final int ICMP_CODE = 22;
        static final int INFO = 24;
        static final int MIN_LENGTH = 32;
    }

    /** As in {@code struct sockaddr_in} and {@code sockaddr_in6}. */
    private static final class Name {
        static final int BYTES = 128;
        static final int FAMILY = 0;
        static final int PORT = 2;
        static final int IPV4_ADDRESS = 4;
        static final int IPV6_ADDRESS = 8;
        static final int AF_INET = 2;
        static final int AF_INET6 = 10;
    }

    private static final int SOL_IP = 0;
    private static final int IP_RECVERR = 11;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_RECVERR = 25;
    private static final int MSG_ERRQUEUE = 0x2000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int ORIGIN_LOCAL = 1;
    private static final int ORIGIN_ICMP = 2;
    private static final int ORIGIN_ICMP6 = 3;
    private static final int EMSGSIZE = 90;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MethodHandle recvmsg;
    private final MemorySegment header;
    private final MemorySegment name;
    private final MemorySegment control;

    private ErrorQueue(MethodHandle recvmsg) {
        this.recvmsg = recvmsg;
        Arena arena = Arena.ofAuto();
        header = arena.allocate(Header.BYTES, Long.BYTES);
        name = arena.allocate(Name.BYTES, Long.BYTES);
        control = arena.allocate(Control.BYTES, Long.BYTES);
        header.set(ValueLayout.ADDRESS, Header.NAME, name);
        header.set(ValueLayout.ADDRESS, Header.CONTROL, control);
    }

    /** A reader, or null on a machine where this class does not know the layout or may not call native code. */
    @SuppressWarnings("restricted") // the call is why this class exists
    static @Nullable ErrorQueue open() {
        if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return null;
        }
        try {
            Linker linker = Linker.nativeLinker();
            return linker.defaultLookup()
                    .find("recvmsg")
                    .map(function -> new ErrorQueue(linker.downcallHandle(
                            function,
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_LONG,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.ADDRESS,
                                    ValueLayout.JAVA_INT))))
                    .orElse(null);
        } catch (IllegalCallerException
                | UnsupportedOperationException e) { // native access is denied, or there is none
            return null;
        }
    }

    /**
     * Reads and removes the oldest error. Never blocks.
     *
     * @param socket file descriptor
     * @return false if there is none
     */
    boolean read(int socket) {
        header.set(ValueLayout.JAVA_INT, Header.NAME_LENGTH, Name.BYTES);
        header.set(ValueLayout.JAVA_LONG, Header.CONTROL_LENGTH, Control.BYTES);
        name.set(ValueLayout.JAVA_SHORT, Name.FAMILY, (short) 0);
        control.asSlice(0, Control.MIN_LENGTH).fill((byte) 0);
        try {
            return (long) recvmsg.invokeExact(socket, header, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0;
        } catch (Throwable e) { // a method handle may throw anything; this one throws nothing
            throw new IllegalStateException("recvmsg could not be called", e);
        }
    }

    /** Whether it came from the network, as ICMP or ICMPv6. */
    boolean isIcmp() {
        int origin = control.get(ValueLayout.JAVA_BYTE, Control.ORIGIN);
        return isExtendedError() && (origin == ORIGIN_ICMP || origin == ORIGIN_ICMP6);
    }

    /** Whether this machine itself found a datagram too big for the link, whose MTU {@link #info} then is. */
    boolean isTooBigHere() {
        return isExtendedError()
                && control.get(ValueLayout.JAVA_BYTE, Control.ORIGIN) == ORIGIN_LOCAL
                && control.get(ValueLayout.JAVA_INT, Control.ERROR_NUMBER) == EMSGSIZE;
    }

    private boolean isExtendedError() {
        int level = control.get(ValueLayout.JAVA_INT, Control.LEVEL);
        int type = control.get(ValueLayout.JAVA_INT, Control.TYPE);
        return control.get(ValueLayout.JAVA_LONG, Control.LENGTH) >= Control.MIN_LENGTH
                && ((level == SOL_IP && type == IP_RECVERR) || (level == SOL_IPV6 && type == IPV6_RECVERR));
    }

    /** The ICMP type. */
    int type() {
        return control.get(ValueLayout.JAVA_BYTE, Control.ICMP_TYPE) & 0xFF;
    }

    /** The ICMP code. */
    int code() {
        return control.get(ValueLayout.JAVA_BYTE, Control.ICMP_CODE) & 0xFF;
    }

    /** What else the error tells: the MTU of the next hop where a datagram was too big. Unsigned 32 bits. */
    long info() {
        return Integer.toUnsignedLong(control.get(ValueLayout.JAVA_INT, Control.INFO));
    }

    /** Where the datagram was sent to, or null if the error does not tell. */
    @Nullable TransportAddress peer() {
        int port = name.get(NETWORK_SHORT, Name.PORT) & 0xFFFF;
        return switch (name.get(ValueLayout.JAVA_SHORT, Name.FAMILY)) {
            case Name.AF_INET -> TransportAddress.ofIpv4(name.get(NETWORK_INT, Name.IPV4_ADDRESS), port);
            case Name.AF_INET6 ->
                new TransportAddress(
                        new IpAddress(
                                IpAddress.Family.IPV6,
                                name.get(NETWORK_LONG, Name.IPV6_ADDRESS),
                                name.get(NETWORK_LONG, Name.IPV6_ADDRESS + Long.BYTES)),
                        port);
            default -> null;
        };
    }
}
