package io.rift.peer;

import io.rift.protocol.PeerId;

/**
 * A peer that asks for a connection. Who it is was proved to the rendezvous server only; the end-to-end proof follows in
 * the handshake, before any message is delivered. Until it is accepted, it learns no address of this host.
 *
 * @param remotePeerId who asks
 */
public record IncomingConnection(PeerId remotePeerId) {}
