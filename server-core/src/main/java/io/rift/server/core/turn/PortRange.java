package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/**
 * A range of ports, both ends included.
 *
 * @param first lowest port
 * @param last highest port
 */
public record PortRange(int first, int last) {

    /** RFC 8656 section 7.2: "the Dynamic and/or Private Port range", from which ports SHOULD be allocated. */
    public static final PortRange DYNAMIC = new PortRange(49_152, TransportAddress.MAX_PORT);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it holds no port, or port 0, or goes beyond 65535
     */
    public PortRange {
        if (first < 1 || last > TransportAddress.MAX_PORT || first > last) {
            throw new IllegalArgumentException(first + "-" + last + " is no range of ports between 1 and 65535");
        }
    }

    /**
     * Reads {@code 49152-65535}, or one port.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static PortRange parse(String text) {
        int dash = text.indexOf('-');
        int first = port(text, dash < 0 ? text : text.substring(0, dash));
        int last = dash < 0 ? first : port(text, text.substring(dash + 1));
        return new PortRange(first, last);
    }

    private static int port(String text, String digits) {
        String trimmed = digits.trim();
        if (trimmed.isEmpty() || trimmed.length() > 5 || !trimmed.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + text + "' is no range of ports like 49152-65535");
        }
        return Integer.parseInt(trimmed);
    }

    /** How many ports the range holds. */
    public int size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
