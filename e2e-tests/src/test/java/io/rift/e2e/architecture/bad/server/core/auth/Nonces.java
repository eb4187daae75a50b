package io.rift.e2e.architecture.bad.server.core.auth;

import java.util.Arrays;

/** Compares MACs as arrays, which ends at the first difference. */
final class Nonces {
    boolean isValid(byte[] expected, byte[] actual) {
        return Arrays.equals(expected, actual);
    }
}
