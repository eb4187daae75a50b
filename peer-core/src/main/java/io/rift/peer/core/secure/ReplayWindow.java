package io.rift.peer.core.secure;

/**
 * Which sequence numbers of one key were received, after RFC 6479: a ring of bit blocks, so that moving on clears whole
 * words and shifts nothing.
 *
 * <p>The order matters: check, then decrypt, then mark. A number that is marked before its packet proved authentic would
 * let a forger shut out the genuine one.
 */
final class ReplayWindow {

    /** Numbers further than this behind the highest are refused. */
    static final int WINDOW = 2048;

    private static final int BITS = Long.SIZE;

    // RFC 6479 section 2: one block more than the window needs, for the part of the newest that is not yet in it.
    private static final int BLOCKS = WINDOW / BITS + 1;

    private final long[] blocks = new long[BLOCKS];
    private long highest = -1;

    enum Verdict {
        NEW,
        REPLAYED,
        TOO_OLD
    }

    /**
     * What to do with a packet.
     *
     * @param sequence not negative
     */
    Verdict check(long sequence) {
        if (sequence > highest) {
            return Verdict.NEW;
        }
        if (highest - sequence >= WINDOW) {
            return Verdict.TOO_OLD;
        }
        return (blocks[block(sequence)] & bit(sequence)) == 0 ? Verdict.NEW : Verdict.REPLAYED;
    }

    /** Remembers an authentic packet whose {@linkplain #check check} said that it is new. */
    void mark(long sequence) {
        if (sequence > highest) {
            clearBetween(highest, sequence);
            highest = sequence;
        }
        blocks[block(sequence)] |= bit(sequence);
    }

    private void clearBetween(long from, long to) {
        long fromBlock = Math.floorDiv(from, BITS);
        long newBlocks = Math.min(Math.floorDiv(to, BITS) - fromBlock, BLOCKS);
        for (long i = 1; i <= newBlocks; i++) {
            blocks[(int) ((fromBlock + i) % BLOCKS)] = 0;
        }
    }

    private static int block(long sequence) {
        return (int) (sequence / BITS % BLOCKS);
    }

    private static long bit(long sequence) {
        return 1L << (sequence % BITS);
    }
}
