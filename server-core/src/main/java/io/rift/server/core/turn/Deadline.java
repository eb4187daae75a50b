package io.rift.server.core.turn;

/** Something that ends at a time that can be moved, and the place of it in the one {@link DeadlineHeap}. */
abstract sealed class Deadline
        permits Account, ChannelBinding, Opening, PeerConnectionTimeout, Permission, Relay, Reservation {
    private static final int NOT_IN_HEAP = -1;

    private long atNanos;
    private int heapIndex = NOT_IN_HEAP;

    long atNanos() {
        return atNanos;
    }

    void setAtNanos(long atNanos) {
        this.atNanos = atNanos;
    }

    boolean isInHeap() {
        return heapIndex != NOT_IN_HEAP;
    }

    int heapIndex() {
        return heapIndex;
    }

    void placeInHeap(int index) {
        heapIndex = index;
    }

    void leaveHeap() {
        heapIndex = NOT_IN_HEAP;
    }
}
