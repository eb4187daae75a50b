package io.rift.server.core.peerpolicy;

import io.rift.protocol.IpAddress;

/**
 * A block of addresses that share their leading bits.
 *
 * @param prefix its first address
 * @param length how many leading bits are shared: 0 to 32 or 0 to 128
 */
public record Cidr(IpAddress prefix, int length) {

    /**
     * Checks that the prefix is the first address of the block.
     *
     * @throws IllegalArgumentException if the length does not fit the family, or bits behind it are set
     */
    public Cidr {
        int bits = prefix.family().bytes() * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException("a prefix length of " + prefix + " is 0 to " + bits + ", not " + length);
        }
        IpAddress first = masked(prefix, length);
        if (!first.equals(prefix)) {
            throw new IllegalArgumentException(
                    prefix + "/" + length + " has bits set behind its prefix; the block is " + first + "/" + length);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address.
     *
     * @throws IllegalArgumentException if the text is anything else; the message says what is wrong with it
     */
    public static Cidr parse(String text) {
        String trimmed = text.trim();
        int slash = trimmed.indexOf('/');
        IpAddress prefix;
        try {
            prefix = IpAddress.parse(slash < 0 ? trimmed : trimmed.substring(0, slash));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no CIDR block: " + e.getMessage(), e);
        }
        int bits = prefix.family().bytes() * 8;
        return new Cidr(prefix, slash < 0 ? bits : parseLength(text, trimmed.substring(slash + 1), bits));
    }

    private static int parseLength(String text, String digits, int bits) {
        boolean decimal =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int length = decimal ? Integer.parseInt(digits) : -1;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no CIDR block: '" + digits + "' is no prefix length of 0 to " + bits);
        }
        return length;
    }

    /** Whether the address lies in the block. */
    public boolean contains(IpAddress address) {
        return address.family() == prefix.family() && masked(address, length).equals(prefix);
    }

    /** The last address of the block. */
    public IpAddress last() {
        if (prefix.isIpv4()) {
            return IpAddress.ofIpv4((int) (prefix.low() | (0xFFFF_FFFFL >>> length)));
        }
        long high = length >= 64 ? 0 : -1L >>> length;
        long low = length <= 64 ? -1L : length == 128 ? 0 : -1L >>> (length - 64);
        return IpAddress.ofIpv6(prefix.high() | high, prefix.low() | low);
    }

    private static IpAddress masked(IpAddress address, int length) {
        if (address.isIpv4()) {
            return IpAddress.ofIpv4(length == 0 ? 0 : address.ipv4() & -1 << (32 - length));
        }
        long high = length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
        long low = length <= 64 ? 0 : -1L << (128 - length);
        return IpAddress.ofIpv6(address.high() & high, address.low() & low);
    }

    @Override
    public String toString() {
        return prefix + "/" + length;
    }
}
