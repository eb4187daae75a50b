package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datagrams beside TCP connections, and users beside each other, that send as much as they may under one limit, over a minute. */
class StreamBandwidthTest {
    private static final int READ_BYTES = 65_536;

    /** Of one stream at the end: while it waits the gain that it counts on goes to datagrams in part. */
    private static final long DEBT_BYTES = 2 * READ_BYTES;

    private static final int DATAGRAM_BYTES = 1_000;
    private static final int IPV4_HEADERS_BYTES = 28;
    private static final int RATE = 100_000;

    /** For many connections, so that what each has at once is little beside it. */
    private static final int FAST_RATE = 1_000_000;

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

    /** Each waits for what its user owes when it begins, sends what one read brings, and makes place for the next one. */
    @ParameterizedTest
    @CsvSource({"1, true", "64, true", "1, false", "64, false"})
    void connectionsThatEndWithTheirFirstBytesGetNoMoreThanOthers(int parallel, boolean ofUser) {
        int burst = 1_000_000;
        Quotas quotas = quotas(ofUser, FAST_RATE, burst);
        Account alice = quotas.occupy("alice");
        long[] beginAtNanos = new long[parallel];
        Arrays.fill(beginAtNanos, TestServer.START_NANOS);

        eachMillisecond(nowNanos -> streamBytes += sendOnceEach(quotas, alice, beginAtNanos, nowNanos));

        long all = (long) FAST_RATE * SECONDS;
        assertThat(streamBytes).isBetween(all * 9 / 10, all + burst + (long) parallel * READ_BYTES);
    }

    /** Bob has one stream, and Alice as many as she can open, which stay or are made anew all the time. */
    @ParameterizedTest
    @CsvSource({"64, true", "64, false", "256, true"})
    void connectionsOfOneUserDoNotHoldUpAnother(int connections, boolean endAtOnce) {
        Quotas quotas = quotas(false, FAST_RATE, 65_575);
        Account alice = quotas.occupy("alice");
        Account bob = quotas.occupy("bob");
        long[] ofAlice = new long[connections];
        Arrays.fill(ofAlice, TestServer.START_NANOS);
        long[] ofBob = {TestServer.START_NANOS};
        long[] bytesOfBob = new long[1];

        eachMillisecond(nowNanos -> {
            streamBytes += endAtOnce
                    ? sendOnceEach(quotas, alice, ofAlice, nowNanos)
                    : sendOn(quotas, alice, ofAlice, nowNanos);
            bytesOfBob[0] += sendOn(quotas, bob, ofBob, nowNanos);
        });

        long all = (long) FAST_RATE * SECONDS;
        assertThat(bytesOfBob[0]).isGreaterThan(all / 2 * 8 / 10);
        assertThat(streamBytes).isGreaterThan(all / 2 * 8 / 10);
        // Once at first, and once more for waiting no longer than Alice had to without Bob.
        assertThat(streamBytes + bytesOfBob[0]).isLessThan(all + 65_575 + 2 * (connections + 1L) * READ_BYTES);
    }

    /** Else it would be enough to allocate anew. */
    @Test
    void whatAUserOwesToAllOutlivesItsAllocations() {
        Quotas quotas = quotas(false, RATE, 65_575);
        Account alice = quotas.occupy("alice");
        long owedNanos = quotas.payForStream(alice, 10 * RATE, TestServer.START_NANOS);
        quotas.vacate(alice);
        long laterNanos = TestServer.START_NANOS + owedNanos / 2;
        quotas.forgetWithoutDebt(alice, laterNanos);

        Account again = quotas.occupy("alice");
        assertThat(quotas.payForStream(again, 0, laterNanos)).isBetween(owedNanos / 3, owedNanos);
        quotas.vacate(again);
        quotas.forgetWithoutDebt(again, TestServer.START_NANOS + 2 * owedNanos);
        assertThat(quotas.accounts()).isZero();
    }

    private static long sendOnceEach(Quotas quotas, Account account, long[] beginAtNanos, long nowNanos) {
        long sent = 0;
        for (int i = 0; i < beginAtNanos.length; i++) {
            if (nowNanos - beginAtNanos[i] >= 0) {
                quotas.payForStream(account, READ_BYTES, nowNanos);
                sent += READ_BYTES;
                beginAtNanos[i] = nowNanos + quotas.payForStream(account, 0, nowNanos);
            }
        }
        return sent;
    }

    private static long sendOn(Quotas quotas, Account account, long[] readableAtNanos, long nowNanos) {
        long sent = 0;
        for (int i = 0; i < readableAtNanos.length; i++) {
            if (nowNanos - readableAtNanos[i] >= 0) {
                readableAtNanos[i] = nowNanos + quotas.payForStream(account, READ_BYTES, nowNanos);
                sent += READ_BYTES;
            }
        }
        return sent;
    }

    private static void eachMillisecond(LongConsumer atNanos) {
        for (int step = 0; step < SECONDS * 1_000; step++) {
            atNanos.accept(TestServer.START_NANOS + step * STEP_NANOS);
        }
    }

    private static Quotas quotas(boolean ofUser, int rate, int burst) {
        RateLimit limit = new RateLimit(rate, burst);
        TurnLimits limits = ofUser
                ? TurnLimits.DEFAULTS.withBandwidth(RateLimit.UNLIMITED, limit)
                : TurnLimits.DEFAULTS.withBandwidth(limit, RateLimit.UNLIMITED);
        return new Quotas(limits, new TurnCounters(), new DeadlineHeap());
    }

    private void run(int streams, int burst, boolean ofUser, int offeredPerSecond) {
        Quotas quotas = quotas(ofUser, RATE, burst);
        Account account = quotas.occupy("alice");
        long[] readableAtNanos = new long[streams];
        Arrays.fill(readableAtNanos, TestServer.START_NANOS);
        long offered = 0;
        for (int step = 0; step < SECONDS * 1_000; step++) {
            long nowNanos = TestServer.START_NANOS + step * STEP_NANOS;
            streamBytes += sendOn(quotas, account, readableAtNanos, nowNanos);
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
