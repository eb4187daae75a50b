package io.rift.e2e.architecture.bad.peer.core;

/** Pure code that publishes to other threads. */
final class VolatileField {
    volatile int wrong;
}
