package io.rift.server.core.peerpolicy;

import io.rift.protocol.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of addresses of one family as sorted, disjoint ranges of 128-bit numbers. A look-up is a binary search that
 * allocates nothing.
 */
final class AddressRanges {
    private static final Comparator<Cidr> BY_FIRST_ADDRESS = (a, b) -> compare(
            a.prefix().high(), a.prefix().low(), b.prefix().high(), b.prefix().low());

    private final long[] firstHigh;
    private final long[] firstLow;
    private final long[] lastHigh;
    private final long[] lastLow;
    private final int size;

    private AddressRanges(List<Cidr> sorted) {
        firstHigh = new long[sorted.size()];
        firstLow = new long[sorted.size()];
        lastHigh = new long[sorted.size()];
        lastLow = new long[sorted.size()];
        int count = 0;
        for (Cidr block : sorted) {
            IpAddress last = block.last();
            // Two CIDR blocks are disjoint or one holds the other, and the larger one sorts first or equal.
            if (count > 0 && compare(last.high(), last.low(), lastHigh[count - 1], lastLow[count - 1]) <= 0) {
                continue;
            }
            boolean widens = count > 0
                    && firstHigh[count - 1] == block.prefix().high()
                    && firstLow[count - 1] == block.prefix().low();
            int index = widens ? count - 1 : count++;
            firstHigh[index] = block.prefix().high();
            firstLow[index] = block.prefix().low();
            lastHigh[index] = last.high();
            lastLow[index] = last.low();
        }
        size = count;
    }

    /** The blocks of this family among the given ones. */
    static AddressRanges of(IpAddress.Family family, List<Cidr> blocks) {
        List<Cidr> sorted = new ArrayList<>();
        for (Cidr block : blocks) {
            if (block.prefix().family() == family) {
                sorted.add(block);
            }
        }
        sorted.sort(BY_FIRST_ADDRESS);
        return new AddressRanges(sorted);
    }

    /** Whether the address is in one of the ranges. For IPv4, high is 0. */
    boolean contains(long high, long low) {
        int from = 0;
        int to = size - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            if (compare(high, low, firstHigh[middle], firstLow[middle]) < 0) {
                to = middle - 1;
            } else if (compare(high, low, lastHigh[middle], lastLow[middle]) > 0) {
                from = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    private static int compare(long highA, long lowA, long highB, long lowB) {
        int high = Long.compareUnsigned(highA, highB);
        return high != 0 ? high : Long.compareUnsigned(lowA, lowB);
    }
}
