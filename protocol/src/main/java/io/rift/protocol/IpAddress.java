package io.rift.protocol;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address as a plain value: no name, no scope, no look-up.
 *
 * <p>An IPv4 address sits in the low 32 bits of {@code low}; {@code high} is then 0. An IPv4-mapped IPv6 address stays
 * an IPv6 address: whoever applies a policy has to canonicalise it first.
 *
 * @param family of the address
 * @param high upper 64 bits of an IPv6 address, 0 for IPv4
 * @param low lower 64 bits of an IPv6 address, or the IPv4 address
 */
public record IpAddress(Family family, long high, long low) {

    /** The address families of RFC 8489 section 14.1, which numbers them 1 and 2. */
    public enum Family {
        IPV4(1, 4),
        IPV6(2, 16);

        private final int code;
        private final int bytes;

        Family(int code, int bytes) {
            this.code = code;
            this.bytes = bytes;
        }

        /** The number that STUN address attributes carry. */
        public int code() {
            return code;
        }

        /** Length of an address in bytes. */
        public int bytes() {
            return bytes;
        }
    }

    /**
     * Checks that an IPv4 address has 32 bits.
     *
     * @throws IllegalArgumentException if an IPv4 address has bits above the lowest 32
     */
    public IpAddress {
        if (family == Family.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits, not " + Long.toHexString(low));
        }
    }

    /** The IPv4 address with these 32 bits, first octet highest. */
    public static IpAddress ofIpv4(int address) {
        return new IpAddress(Family.IPV4, 0, Integer.toUnsignedLong(address));
    }

    /** The IPv6 address with these 128 bits. */
    public static IpAddress ofIpv6(long high, long low) {
        return new IpAddress(Family.IPV6, high, low);
    }

    /** The same address without name and scope. */
    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * The address with these bytes in network order.
     *
     * @throws IllegalArgumentException unless there are 4 or 16 bytes
     */
    public static IpAddress of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 4 -> ofIpv4(buffer.getInt());
            case 16 -> ofIpv6(buffer.getLong(), buffer.getLong());
            default -> throw new IllegalArgumentException("an IP address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /**
     * Reads an address literal. Names are refused, so that no look-up can happen.
     *
     * @param literal dotted IPv4 or RFC 4291 IPv6 text, the latter without brackets and zone
     * @throws IllegalArgumentException if the text is no address literal
     */
    public static IpAddress parse(String literal) {
        IpAddress address = IpLiteral.parse(literal);
        if (address == null) {
            throw new IllegalArgumentException("'" + literal + "' is no IPv4 or IPv6 address");
        }
        return address;
    }

    /** Whether this is an IPv4 address. */
    public boolean isIpv4() {
        return family == Family.IPV4;
    }

    /** The IPv4 address as 32 bits. Only for an IPv4 address. */
    public int ipv4() {
        if (family != Family.IPV4) {
            throw new IllegalStateException(this + " is no IPv4 address");
        }
        return (int) low;
    }

    /** The address in network order, 4 or 16 bytes. */
    public byte[] bytes() {
        return isIpv4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** The address for {@code java.net}. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    /** Dotted IPv4, or IPv6 in the canonical text of RFC 5952. */
    @Override
    public String toString() {
        return isIpv4()
                ? (low >>> 24) + "." + (low >>> 16 & 0xFF) + "." + (low >>> 8 & 0xFF) + "." + (low & 0xFF)
                : ipv6Text();
    }

    private String ipv6Text() {
        int zerosFrom = -1;
        int zeros = 1; // RFC 5952 section 4.2.2: "::" MUST NOT be used to shorten just one 16-bit 0 field
        for (int i = 0, from = 0; i < 8; i++) {
            if (group(i) != 0) {
                from = i + 1;
            } else if (i + 1 - from > zeros) {
                zerosFrom = from;
                zeros = i + 1 - from;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == zerosFrom) {
                text.append("::");
                i += zeros - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> (48 - 16 * (index & 3))) & 0xFFFF;
    }
}
