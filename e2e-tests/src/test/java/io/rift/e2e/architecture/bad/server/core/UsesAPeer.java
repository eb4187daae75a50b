package io.rift.e2e.architecture.bad.server.core;

import io.rift.e2e.architecture.bad.peer.core.ice.OpensSockets;

/** Breaks the wall between server and peer. */
public final class UsesAPeer {
    OpensSockets wrong;
}
