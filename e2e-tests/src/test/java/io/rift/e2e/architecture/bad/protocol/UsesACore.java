package io.rift.e2e.architecture.bad.protocol;

import io.rift.e2e.architecture.bad.server.core.UsesAPeer;

/** Breaks the arrow from the cores to the protocol. */
public final class UsesACore {
    UsesAPeer wrong;
}
