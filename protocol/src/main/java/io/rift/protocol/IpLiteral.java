package io.rift.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Reads address literals without any chance of a name look-up ({@code InetAddress.ofLiteral} is younger than the Java
 * release that peers run on, and folds IPv4-mapped addresses into IPv4).
 */
final class IpLiteral {
    private static final int GROUPS = 8;

    private IpLiteral() {}

    static @Nullable IpAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            long address = ipv4(text);
            return address < 0 ? null : IpAddress.ofIpv4((int) address);
        }
        return ipv6(text);
    }

    /** The 32 bits, or -1. Only four decimal octets without leading zeros: octal and hexadecimal readings differ. */
    private static long ipv4(String text) {
        String[] octets = text.split("\\.", -1);
        if (octets.length != 4) {
            return -1;
        }
        long address = 0;
        for (String octet : octets) {
            int value = number(octet, 10, 3);
            if (value < 0 || value > 255 || (octet.length() > 1 && octet.charAt(0) == '0')) {
                return -1;
            }
            address = address << 8 | value;
        }
        return address;
    }

    private static @Nullable IpAddress ipv6(String text) {
        String dotted = text;
        int lastColon = text.lastIndexOf(':');
        if (text.indexOf('.') >= 0) { // RFC 4291 section 2.2 form 3: x:x:x:x:x:x:d.d.d.d
            long tail = ipv4(text.substring(lastColon + 1));
            if (tail < 0) {
                return null;
            }
            dotted = text.substring(0, lastColon + 1) + Long.toHexString(tail >>> 16) + ":"
                    + Long.toHexString(tail & 0xFFFF);
        }
        int gap = dotted.indexOf("::");
        if (gap < 0) {
            int[] all = groups(dotted);
            return all == null || all.length != GROUPS ? null : address(all, new int[0]);
        }
        int[] before = groups(dotted.substring(0, gap));
        int[] after = groups(dotted.substring(gap + 2));
        return before == null || after == null || before.length + after.length >= GROUPS
                ? null
                : address(before, after);
    }

    private static int @Nullable [] groups(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] parts = text.split(":", -1);
        int[] groups = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            groups[i] = number(parts[i], 16, 4);
            if (groups[i] < 0) {
                return null;
            }
        }
        return groups;
    }

    private static IpAddress address(int[] before, int[] after) {
        int[] all = new int[GROUPS];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(after, 0, all, GROUPS - after.length, after.length);
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            high = high << 16 | all[i];
            low = low << 16 | all[GROUPS / 2 + i];
        }
        return IpAddress.ofIpv6(high, low);
    }

    /** The number, or -1 when the text is empty, too long or has another character (a sign too). */
    private static int number(String digits, int radix, int maxDigits) {
        if (digits.isEmpty() || digits.length() > maxDigits) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 128 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
