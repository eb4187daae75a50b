package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams beside TCP connections that send as much as they may, under one limit, over a minute. */
class StreamBandwidthTest {
    private static final int READ_BYTES = 65_536;

    /** Of one stream at the end: while it waits the gain that it counts on goes to datagrams in part. */
    private static final long DEBT_BYTES = 2 * READ_BYTES;

    private static final int DATAGRAM_BYTES = 1_000;
    private static final int IPV4_HEADERS_BYTES = 28;
    private static final int RATE = 100_000;
    private static final int SECONDS = 60;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private long datagramBytes;
    private long streamBytes;
    private long dropped;

    @ParameterizedTest
    @CsvSource({"1, 65575, true", "1, 65575, false", "8, 65575, true", "8, 1000000, false", "64, 1000000, true"})
    void eachGetsHalfWhenBothWantAll(int streams, int burst, boolean ofUser) {
        run(streams, burst, ofUser, 2 * RATE);

        long half = (long) RATE * SECONDS / 2;
        assertThat(datagramBytes).isBetween(half * 9 / 10, half + burst);
        assertThat(streamBytes).isBetween(half * 9 / 10, half + burst + streams * DEBT_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"1, 65575, true", "8, 65575, false", "64, 1000000, true"})
    void datagramsWithinTheirHalfAreNeverDroppedAndStreamsGetTheRest(int streams, int burst, boolean ofUser) {
        run(streams, burst, ofUser, RATE * 2 / 5);

        long rest = (long) RATE * SECONDS * 3 / 5;
        assertThat(dropped).isZero();
        assertThat(streamBytes).isBetween(rest * 9 / 10, rest + burst + streams * DEBT_BYTES);
    }

    @ParameterizedTest
    @CsvSource({"1, 65575, true", "8, 1000000, false"})
    void streamsAloneGetAll(int streams, int burst, boolean ofUser) {
        run(streams, burst, ofUser, 0);

        long all = (long) RATE * SECONDS;
        assertThat(streamBytes).isBetween(all, all + burst + (long) streams * READ_BYTES);
    }

    private void run(int streams, int burst, boolean ofUser, int offeredPerSecond) {
        RateLimit limit = new RateLimit(RATE, burst);
        TurnLimits limits = ofUser
                ? TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, limit)
                : TurnLimits.DEFAULTS.withBandwidth(limit, RateLimit.UNLIMITED);
        Quotas quotas = new Quotas(limits, new TurnCounters(), new DeadlineHeap());
        Account account = quotas.occupy("alice");
        long[] readableAtNanos = new long[streams];
        Arrays.fill(readableAtNanos, TestServer.START_NANOS);
        long offered = 0;
        for (int step = 0; step < SECONDS * 1_000; step++) {
            long nowNanos = TestServer.START_NANOS + step * STEP_NANOS;
            for (int i = 0; i < streams; i++) {
                if (nowNanos - readableAtNanos[i] >= 0) {
                    readableAtNanos[i] = nowNanos + quotas.payForStream(account, READ_BYTES, nowNanos);
                    streamBytes += READ_BYTES;
                }
            }
            offered += offeredPerSecond / 1_000;
            for (; offered >= DATAGRAM_BYTES; offered -= DATAGRAM_BYTES) {
                boolean passes =
                        quotas.payForDatagram(account, DATAGRAM_BYTES - IPV4_HEADERS_BYTES, true, nowNanos) == null;
                datagramBytes += passes ? DATAGRAM_BYTES : 0;
                dropped += passes ? 0 : 1;
            }
        }
    }
}
