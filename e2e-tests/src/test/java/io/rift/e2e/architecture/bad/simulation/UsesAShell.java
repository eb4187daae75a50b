package io.rift.e2e.architecture.bad.simulation;

import io.rift.e2e.architecture.bad.server.UsesAnSdk;

/** Simulates with the sockets of the server. */
public final class UsesAShell {
    UsesAnSdk wrong;
}
