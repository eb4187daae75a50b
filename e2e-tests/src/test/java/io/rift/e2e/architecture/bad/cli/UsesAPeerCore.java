package io.rift.e2e.architecture.bad.cli;

import io.rift.e2e.architecture.bad.peer.core.UsesAServer;

/** Reaches past the SDK. */
public final class UsesAPeerCore {
    UsesAServer wrong;
}
