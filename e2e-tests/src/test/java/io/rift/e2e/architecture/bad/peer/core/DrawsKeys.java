package io.rift.e2e.architecture.bad.peer.core;

import java.security.SecureRandom;

/** Pure code with ambient randomness; the package itself is allowed. */
final class DrawsKeys {
    Object wrong = new SecureRandom();
}
