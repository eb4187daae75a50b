package io.rift.e2e.architecture.bad.server.core.auth;

import java.time.Clock;

/** Pure code that asks for the time. */
public final class HasAClock {
    Clock wrong;
}
