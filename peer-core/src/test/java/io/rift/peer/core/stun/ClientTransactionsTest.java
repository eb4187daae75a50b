package io.rift.peer.core.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.stun.TransactionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientTransactionsTest {
    private static final TransactionId ID = new TransactionId(1, 2);

    private final ClientTransactions<String> transactions = new ClientTransactions<>(2);

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Runs to the end and returns when something was due, in milliseconds. */
    private List<Long> dueMillis() {
        List<Long> due = new ArrayList<>();
        long next = transactions.nextTimeoutNanos();
        while (next != Long.MAX_VALUE) {
            ClientTransaction<String> transaction = transactions.pollDue(next);
            due.add(TimeUnit.NANOSECONDS.toMillis(next));
            assertThat(transaction.hasTimedOut()).isEqualTo(transactions.nextTimeoutNanos() == Long.MAX_VALUE);
            next = transactions.nextTimeoutNanos();
        }
        return due;
    }

    @Test
    void aRequestIsSentAtTheTimesOfRfc8489() {
        transactions.begin(ID, new byte[20], "x", Retransmission.RFC_8489, 0);

        // RFC 8489 section 6.2.1: "requests are sent at times 0 ms, 500 ms, 1500 ms, 3500 ms, 7500 ms, 15500 ms, and
        // 31500 ms. If the client has not received a response after 39500 ms, the client will consider the transaction
        // to
        // have timed out."
        assertThat(dueMillis()).containsExactly(500L, 1500L, 3500L, 7500L, 15_500L, 31_500L, 39_500L);
        assertThat(transactions.find(ID)).isNull();
    }

    @Test
    void aCancelledRequestIsNotSentAgainButAwaitedToItsEnd() {
        transactions.begin(ID, new byte[20], "x", Retransmission.RFC_8489, 0);
        transactions.pollDue(millis(500));
        transactions.cancel(ID, millis(600));

        assertThat(transactions.find(ID)).isNotNull();
        // waits of 1, 2, 4, 8, 16 and 8 s were still to come
        assertThat(dueMillis()).containsExactly(600L + 39_000L);
    }

    @Test
    void onlyARequestSentOnceTellsTheRoundTripTime() {
        ClientTransaction<String> transaction =
                transactions.begin(ID, new byte[20], "x", Retransmission.RFC_8489, millis(100));

        assertThat(transaction.roundTripNanos(millis(130))).isEqualTo(millis(30));
        transactions.pollDue(millis(600));
        assertThat(transaction.roundTripNanos(millis(630))).isEqualTo(-1);
    }

    @Test
    void theTableHasABound() {
        transactions.begin(new TransactionId(0, 1), new byte[20], "x", Retransmission.RFC_8489, 0);
        transactions.begin(new TransactionId(0, 2), new byte[20], "y", Retransmission.RFC_8489, 0);

        assertThat(transactions.begin(new TransactionId(0, 3), new byte[20], "z", Retransmission.RFC_8489, 0))
                .isNull();
        transactions.forget("x"::equals);
        assertThat(transactions.isFull()).isFalse();
        assertThat(transactions.finish(new TransactionId(0, 2)).context()).isEqualTo("y");
        assertThat(transactions.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
