package io.rift.peer.core.channel;

/** Counters that are 64 bits wide here and travel as their low 32 bits. */
final class SerialNumber {

    private SerialNumber() {}

    /** The counter nearest to {@code near} whose low 32 bits are {@code low}. */
    static long expand(int low, long near) {
        return near + (low - (int) near);
    }
}
