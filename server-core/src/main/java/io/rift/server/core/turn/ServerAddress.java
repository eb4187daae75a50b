package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/**
 * The server's end of a 5-tuple: where a client's message arrived, and from where the answer has to come.
 *
 * @param transport spoken there
 * @param address of the server
 */
public record ServerAddress(ClientTransport transport, TransportAddress address) {

    @Override
    public String toString() {
        return transport + " " + address;
    }
}
