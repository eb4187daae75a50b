package io.rift.e2e.architecture.bad.peer;

import io.rift.e2e.architecture.bad.server.core.UsesAPeer;

/** Breaks the wall between the SDK and the server. */
public final class UsesAServerCore {
    UsesAPeer wrong;
}
