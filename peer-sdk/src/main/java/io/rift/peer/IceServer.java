package io.rift.peer;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A STUN or TURN server to use in place of those that the rendezvous server announces.
 *
 * {@snippet :
 * Peer.builder()
 *         .iceServers(
 *                 IceServer.stun("stun:stun.example.org"),
 *                 IceServer.turn("turn:turn.example.org:3478", "alice", "secret"));
 * }
 */
public final class IceServer {

    /** The port of STUN and TURN over UDP when the URI names none (RFC 8489 section 16, RFC 8656 section 3). */
    public static final int DEFAULT_PORT = 3478;

    private final String host;
    private final int port;
    private final @Nullable String username;
    private final @Nullable String password;

    private IceServer(String host, int port, @Nullable String username, @Nullable String password) {
        this.host = host;
        this.port = port;
        this.username = username;
        this.password = password;
    }

    /**
     * A STUN server.
     *
     * @param uri as in RFC 7064: {@code stun:host} or {@code stun:host:port}; a literal IPv6 address in brackets
     * @throws IllegalArgumentException if it is anything else
     */
    public static IceServer stun(String uri) {
        return parse("stun", uri, null, null);
    }

    /**
     * A TURN server over UDP with long-term credentials.
     *
     * @param uri as in RFC 7065: {@code turn:host} or {@code turn:host:port}, optionally with {@code ?transport=udp}
     * @throws IllegalArgumentException if it is anything else
     */
    public static IceServer turn(String uri, String username, String password) {
        return parse("turn", uri, Objects.requireNonNull(username), Objects.requireNonNull(password));
    }

    private static IceServer parse(String scheme, String uri, @Nullable String username, @Nullable String password) {
        String rest = uri.toLowerCase(Locale.ROOT).startsWith(scheme + ":") ? uri.substring(scheme.length() + 1) : "";
        if (username != null && rest.endsWith("?transport=udp")) {
            rest = rest.substring(0, rest.length() - "?transport=udp".length());
        }
        int colon = rest.startsWith("[") ? rest.indexOf(':', rest.indexOf(']') + 1) : rest.lastIndexOf(':');
        String host = colon < 0 ? rest : rest.substring(0, colon);
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        int port = colon < 0 ? DEFAULT_PORT : port(rest.substring(colon + 1));
        boolean bracketed = bare.length() != host.length();
        if (bare.isEmpty() || port < 1 || bracketed != bare.contains(":") || !bare.matches("[0-9A-Za-z._:-]+")) {
            throw new IllegalArgumentException("'" + uri + "' is no " + scheme + ":host or " + scheme + ":host:port");
        }
        return new IceServer(bare, port, username, password);
    }

    private static int port(String digits) {
        int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : -1;
        return port <= 65_535 ? port : -1;
    }

    /** Host name or address literal, without brackets. */
    public String host() {
        return host;
    }

    /** UDP port. */
    public int port() {
        return port;
    }

    /** Whether this is a TURN server; it then serves STUN too. */
    public boolean isTurn() {
        return username != null;
    }

    /** The user of a TURN server, null for a STUN server. */
    public @Nullable String username() {
        return username;
    }

    @Nullable String password() {
        return password;
    }

    /** The URI, without credentials. */
    @Override
    public String toString() {
        return (isTurn() ? "turn:" : "stun:") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
