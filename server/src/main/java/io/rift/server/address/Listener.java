package io.rift.server.address;

import io.rift.protocol.IpAddress;

/**
 * One address at which clients come in. All three differ only where a 1:1 NAT or a loopback address is involved.
 *
 * @param bind where the server's socket is
 * @param relay where the relay sockets of its clients are
 * @param external how the world sees the relay sockets: the address in XOR-RELAYED-ADDRESS
 */
public record Listener(IpAddress bind, IpAddress relay, IpAddress external) {

    /**
     * Checks the families.
     *
     * @throws IllegalArgumentException if they differ
     */
    public Listener {
        if (bind.family() != relay.family() || bind.family() != external.family()) {
            throw new IllegalArgumentException(
                    bind + ", " + relay + " and " + external + " are not of one address family");
        }
    }

    /** Whether peers see the relay sockets under another address than this machine does. */
    public boolean isTranslated() {
        return !relay.equals(external);
    }
}
