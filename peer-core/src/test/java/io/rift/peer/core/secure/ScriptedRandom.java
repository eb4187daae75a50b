package io.rift.peer.core.secure;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.random.RandomGenerator;

/** Random bytes that a test chose: each request gets the next of them, which has to be as long as the request. */
final class ScriptedRandom implements RandomGenerator {

    private final Queue<byte[]> script;

    ScriptedRandom(byte[]... script) {
        this.script = new ArrayDeque<>(Arrays.asList(script));
    }

    @Override
    public void nextBytes(byte[] bytes) {
        byte[] next = script.remove();
        if (next.length != bytes.length) {
            throw new IllegalStateException("asked for " + bytes.length + " bytes, but the script has " + next.length);
        }
        System.arraycopy(next, 0, bytes, 0, bytes.length);
    }

    @Override
    public long nextLong() {
        throw new IllegalStateException("only bytes are drawn");
    }
}
