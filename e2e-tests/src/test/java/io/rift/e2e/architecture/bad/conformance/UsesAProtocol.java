package io.rift.e2e.architecture.bad.conformance;

import io.rift.e2e.architecture.bad.protocol.UsesACore;

/** Breaks the rule that what ties tests to requirements knows nothing of what is tested. */
public final class UsesAProtocol {
    UsesACore wrong;
}
