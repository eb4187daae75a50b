package io.rift.e2e.architecture.bad.protocol;

/** Pure code that locks. */
final class SynchronizedMethod {
    int wrong;

    synchronized void add() {
        wrong++;
    }
}
