package io.rift.e2e.architecture.bad.server;

import io.rift.e2e.architecture.bad.peer.UsesAServerCore;

/** Breaks the wall between the server shell and the SDK. */
public final class UsesAnSdk {
    UsesAServerCore wrong;
}
