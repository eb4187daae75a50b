package io.rift.e2e.architecture.bad.cycle.two;

import io.rift.e2e.architecture.bad.cycle.one.One;

/** Half of a cycle. */
public final class Two {
    One wrong;
}
