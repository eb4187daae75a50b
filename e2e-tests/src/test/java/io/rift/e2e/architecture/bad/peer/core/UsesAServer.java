package io.rift.e2e.architecture.bad.peer.core;

import io.rift.e2e.architecture.bad.server.core.auth.HasAClock;

/** Breaks the wall between peer and server. */
public final class UsesAServer {
    HasAClock wrong;
}
