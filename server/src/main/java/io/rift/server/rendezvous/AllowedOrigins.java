package io.rift.server.rendezvous;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which web pages may open a WebSocket. A browser lets any page try, from wherever its user happens to be, and tells the
 * server in the Origin header (RFC 6454) whose page it was.
 */
final class AllowedOrigins {
    private static final String ALL = "*";
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private final Set<String> origins = new LinkedHashSet<>();

    /**
     * These and no others.
     *
     * @throws IllegalArgumentException naming one that is no origin
     */
    AllowedOrigins(List<String> allowed) {
        for (String text : allowed) {
            String origin = text.strip().toLowerCase(Locale.ROOT);
            if (!origin.equals(ALL) && !ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException("'" + text + "' is no origin such as https://chat.example");
            }
            origins.add(origin);
        }
    }

    /** {@code headers} are all Origin headers of a request, null or empty when it comes from no browser. */
    boolean admit(@Nullable List<String> headers) {
        if (headers == null || headers.isEmpty()) {
            return true;
        }
        return headers.size() == 1
                && (origins.contains(ALL) || origins.contains(headers.getFirst().toLowerCase(Locale.ROOT)));
    }
}
