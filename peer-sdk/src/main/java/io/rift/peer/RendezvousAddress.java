package io.rift.peer;

import io.rift.protocol.rendezvous.RendezvousProtocol;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * Where the rendezvous server is.
 *
 * @param uri what is dialled
 * @param authority {@code host[:port]} of it in lower case, to which our sign-in is bound
 */
record RendezvousAddress(URI uri, String authority) {

    private static final Set<String> SCHEMES = Set.of("ws", "wss");

    static RendezvousAddress of(URI given) {
        String scheme = given.getScheme() == null ? "" : given.getScheme().toLowerCase(Locale.ROOT);
        boolean isUsable = SCHEMES.contains(scheme)
                && given.getHost() != null
                && given.getRawUserInfo() == null
                && given.getRawQuery() == null
                && given.getRawFragment() == null;
        if (!isUsable) {
            throw new IllegalArgumentException(
                    "'" + given + "' is no rendezvous server: ws://host:port or wss://host:port");
        }
        String path = given.getRawPath();
        String authority = given.getRawAuthority().toLowerCase(Locale.ROOT);
        boolean hasPath = path != null && !path.isEmpty() && !path.equals("/");
        URI uri = URI.create(scheme + "://" + authority + (hasPath ? path : RendezvousProtocol.PATH));
        return new RendezvousAddress(uri, authority);
    }

    /** Whether the server is on this machine; looks the name up, so it may block. */
    boolean isLoopback() {
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return InetAddress.getByName(bare).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // dialling it, perhaps through a proxy that knows the name, will tell
        }
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
