package io.rift.server.core.quota;

import io.rift.protocol.IpAddress;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How many bytes may be sent to addresses that nobody has proven to be theirs: so many in a second to one network (IPv4
 * /24, IPv6 /48), so many in all, and twice a second's worth at once. It bounds what a flood of requests with forged
 * source addresses can make this server send to the network that they name.
 *
 * <p>Networks share {@value #BUCKETS} buckets by a hash with a random key, so the table neither grows nor has to forget,
 * and nobody can choose a network that shares its bucket with another one's. A bucket is one number, the time at which
 * it will be full again (the generic cell rate algorithm).
 */
public final class AnswerBudget {

    /**
     * The rates.
     *
     * @param bytesPerSecondToNetwork to one IPv4 /24 or IPv6 /48, headers of IP and UDP counted
     * @param bytesPerSecond in all
     */
    public record Limits(long bytesPerSecondToNetwork, long bytesPerSecond) {

        /** A megabit per second, over a thousand challenges, to one network; 134 megabits in all. */
        public static final Limits DEFAULT = new Limits(128 * 1024, 16 * 1024 * 1024);

        /** The lowest rate: two full packets a second. */
        public static final long MIN_BYTES_PER_SECOND = 3_000;

        /** The highest rate, more than any machine sends. */
        public static final long MAX_BYTES_PER_SECOND = 1L << 40;

        /**
         * Checks the rates.
         *
         * @throws IllegalArgumentException if one is outside its bounds
         */
        public Limits {
            requireRate("to one network", bytesPerSecondToNetwork);
            requireRate("in all", bytesPerSecond);
        }

        /** The part of one of so many shards, but not less than the lowest rate. */
        public Limits dividedBy(int shards) {
            return new Limits(
                    Math.max(MIN_BYTES_PER_SECOND, Math.ceilDiv(bytesPerSecondToNetwork, shards)),
                    Math.max(MIN_BYTES_PER_SECOND, Math.ceilDiv(bytesPerSecond, shards)));
        }

        private static void requireRate(String what, long rate) {
            if (rate < MIN_BYTES_PER_SECOND || rate > MAX_BYTES_PER_SECOND) {
                throw new IllegalArgumentException("the bytes per second " + what + " to unproven addresses are "
                        + MIN_BYTES_PER_SECOND + " to " + MAX_BYTES_PER_SECOND + ", not " + rate);
            }
        }
    }

    private static final int BUCKETS = 8192;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BURST_NANOS = 2 * SECOND_NANOS;

    private final Limits limits;
    private final long hashKey;
    private final long[] fullAtNanos = new long[BUCKETS];
    private long allFullAtNanos;
    private long startNanos;
    private boolean started;

    /**
     * A budget that is whole.
     *
     * @param random chooses the key of the hash
     */
    public AnswerBudget(Limits limits, RandomGenerator random) {
        this.limits = limits;
        this.hashKey = random.nextLong();
    }

    /** Takes the bytes from both budgets if both have them; otherwise from neither, and answers false. */
    public boolean take(IpAddress to, int bytes, long nowNanos) {
        return draw(to, bytes, nowNanos, true);
    }

    /** Whether {@link #take} would answer true; takes nothing. */
    public boolean has(IpAddress to, int bytes, long nowNanos) {
        return draw(to, bytes, nowNanos, false);
    }

    private boolean draw(IpAddress to, int bytes, long nowNanos, boolean takes) {
        if (!started) {
            startNanos = nowNanos;
            started = true;
        }
        long elapsedNanos = nowNanos - startNanos;
        int bucket = bucket(to);
        long full = Math.max(fullAtNanos[bucket], elapsedNanos) + costNanos(bytes, limits.bytesPerSecondToNetwork());
        long allFull = Math.max(allFullAtNanos, elapsedNanos) + costNanos(bytes, limits.bytesPerSecond());
        if (full - elapsedNanos > BURST_NANOS || allFull - elapsedNanos > BURST_NANOS) {
            return false;
        }
        if (takes) {
            fullAtNanos[bucket] = full;
            allFullAtNanos = allFull;
        }
        return true;
    }

    private static long costNanos(int bytes, long bytesPerSecond) {
        return bytes * SECOND_NANOS / bytesPerSecond;
    }

    /** SplitMix64's finisher over the network and the key. */
    private int bucket(IpAddress ip) {
        long network = ip.isIpv4() ? ip.low() >>> 8 : ip.high() >>> 16 | 1L << 63;
        long mixed = (network + hashKey) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27 ^ hashKey) * 0x94D049BB133111EBL;
        return (int) (mixed >>> 40) & BUCKETS - 1;
    }
}
