package io.rift.server.socket;

import io.rift.server.core.turn.ClientTransport;

/** A client that has a connection, or an association of DTLS, of its own. */
interface ConnectedClient extends ClientEnd {

    ClientTransport transport();

    /** Whether the server has an allocation of this client. */
    boolean hasAllocation();

    /** Ends the connection and counts why. Does nothing if it has ended. */
    void end(ConnectionEnd reason);

    /** Ends the connection for a newcomer, who can have its place as soon as this returns. */
    void pushOut();

    /** Closes without counting. */
    void close();
}
