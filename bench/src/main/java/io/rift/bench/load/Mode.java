package io.rift.bench.load;

import java.util.Locale;

/** Which way the data goes. */
public enum Mode {
    /** ChannelData from the client, a bare datagram to the peer. */
    CLIENT_TO_PEER,
    /** A bare datagram from the peer, ChannelData to the client. */
    PEER_TO_CLIENT,
    /** ChannelData from one client to another, through the allocations of both. */
    RELAY_TO_RELAY;

    /** Its name as people write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The mode of this label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Mode of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
