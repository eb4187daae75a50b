package io.rift.e2e.architecture.bad.server.core;

import java.util.concurrent.locks.ReentrantLock;

/** Pure code for several threads. */
final class LocksAndQueues {
    ReentrantLock[] wrong;
}
