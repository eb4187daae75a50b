package io.rift.e2e.architecture.bad.peer.core;

/** Pure code with a thread; the package itself is allowed. */
final class StartsThreads {
    Thread wrong = new Thread(() -> {});
}
