package io.rift.peer.core.turn;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;

/**
 * What a Data indication carried.
 *
 * @param peer who sent it
 * @param payload a view into the received datagram
 */
public record RelayedDatagram(TransportAddress peer, ByteBuffer payload) {}
