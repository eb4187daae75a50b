package io.rift.server.core.rendezvous;

import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.NatKind;

/**
 * How one introduction ended, as its calling peer reported it. It names nobody.
 *
 * @param path by which path the peers talk, or that they do not
 * @param localNat NAT of the calling peer
 * @param remoteNat NAT of the called peer
 * @param millis how long it took
 */
public record Outcome(ConnectionPath path, NatKind localNat, NatKind remoteNat, int millis) {}
