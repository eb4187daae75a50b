package io.rift.e2e.architecture.bad.cli;

import io.rift.e2e.architecture.bad.bench.Measures;

/** Uses what nothing uses. */
public final class UsesABench {
    Measures wrong;
}
