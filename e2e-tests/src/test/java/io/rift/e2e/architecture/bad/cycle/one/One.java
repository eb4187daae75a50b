package io.rift.e2e.architecture.bad.cycle.one;

import io.rift.e2e.architecture.bad.cycle.two.Two;

/** Half of a cycle. */
public final class One {
    Two wrong;
}
