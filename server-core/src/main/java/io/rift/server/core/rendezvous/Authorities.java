package io.rift.server.core.rendezvous;

import io.rift.protocol.IpAddress;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The names under which clients reach this server. A signed challenge counts only when it names one of them: a hostile
 * server that passes our challenge on to its visitor gets a signature for its own name.
 *
 * <p>A name is {@code host}, good for any port, or {@code host:port}. IPv6 addresses stand in brackets (RFC 3986
 * section 3.2.2) and are compared as addresses; everything else without regard to case.
 */
public final class Authorities {
    private static final int MAX_PORT = 65_535;

    private final Set<String> names;

    private Authorities(Set<String> names) {
        this.names = names;
    }

    /**
     * Exactly these names.
     *
     * @throws IllegalArgumentException when there are none, or one is not {@code host} or {@code host:port}
     */
    public static Authorities of(Collection<String> names) {
        Set<String> canonical = new LinkedHashSet<>();
        for (String name : names) {
            Authority authority = Authority.parse(name);
            canonical.add(authority.port().isEmpty() ? authority.host() : authority.host() + ":" + authority.port());
        }
        if (canonical.isEmpty()) {
            throw new IllegalArgumentException("a server without a name can be reached by nobody");
        }
        return new Authorities(canonical);
    }

    /** Whether {@code authority} is one of the names, by itself or with any port. */
    public boolean accepts(String authority) {
        try {
            Authority parsed = Authority.parse(authority);
            return names.contains(parsed.host()) || names.contains(parsed.host() + ":" + parsed.port());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Comma-separated. */
    @Override
    public String toString() {
        return String.join(", ", names);
    }

    /** An empty port is no port. */
    private record Authority(String host, String port) {
        static Authority parse(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.startsWith("[")) {
                int end = lower.indexOf(']');
                if (end < 0) {
                    throw malformed(text);
                }
                IpAddress ip = IpAddress.parse(lower.substring(1, end));
                return new Authority("[" + ip + "]", port(text, lower.substring(end + 1)));
            }
            int colon = lower.indexOf(':');
            String host = colon < 0 ? lower : lower.substring(0, colon);
            if (!host.matches("[a-z0-9]([a-z0-9._-]*[a-z0-9])?\\.?")) {
                throw malformed(text);
            }
            return new Authority(host, port(text, colon < 0 ? "" : lower.substring(colon)));
        }

        /** {@code rest} is empty or a colon and digits. */
        private static String port(String text, String rest) {
            if (rest.isEmpty()) {
                return "";
            }
            if (!rest.matches(":[1-9][0-9]{0,4}") || Integer.parseInt(rest.substring(1)) > MAX_PORT) {
                throw malformed(text);
            }
            return rest.substring(1);
        }

        private static IllegalArgumentException malformed(String text) {
            return new IllegalArgumentException("'" + text + "' is not host or host:port");
        }
    }
}
