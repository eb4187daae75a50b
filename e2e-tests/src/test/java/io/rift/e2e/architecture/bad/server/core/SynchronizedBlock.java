package io.rift.e2e.architecture.bad.server.core;

/** Pure code that locks where ArchUnit cannot see it. */
final class SynchronizedBlock {
    int wrong;

    void add() {
        synchronized (this) {
            wrong++;
        }
    }
}
