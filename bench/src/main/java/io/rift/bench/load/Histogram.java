package io.rift.bench.load;

/** Durations in steps of a microsecond; what is longer than the last step counts as it. */
final class Histogram {
    private static final int STEP_NANOS = 1000;

    private final int[] countByMicros = new int[200_000];
    private long total;

    void add(long nanos) {
        countByMicros[Math.clamp(nanos / STEP_NANOS, 0, countByMicros.length - 1)]++;
        total++;
    }

    /** The duration that this share of all does not exceed, in microseconds; 0 without any. */
    double quantileMicros(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < countByMicros.length && rank > 0; i++) {
            seen += countByMicros[i];
            if (seen >= rank) {
                return i + 0.5;
            }
        }
        return 0;
    }
}
