package io.rift.e2e.architecture.bad.protocol;

import java.nio.ByteBuffer;

/** Compares MACs as buffers, which ends at the first difference. */
final class StunMessage {
    boolean verify(ByteBuffer expected, ByteBuffer actual) {
        return expected.equals(actual);
    }
}
