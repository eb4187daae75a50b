package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DtlsTurnsTest {

    @Test
    void theQueueIsBoundedAndWhoeverIsInterruptedLeavesItAtOnce() throws InterruptedException {
        DtlsTurns turns = new DtlsTurns(1);
        List<Thread> queue = new ArrayList<>();
        try (DtlsTurns.Turn first = turns.new Turn()) {
            first.take();
            for (int i = 0; i < 1024; i++) {
                assertThat(turns.isFull()).isFalse();
                queue.add(Thread.ofVirtual().start(() -> {
                    try (DtlsTurns.Turn turn = turns.new Turn()) {
                        turn.take();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            await().until(turns::isFull);
            for (Thread waiting : queue) {
                waiting.interrupt();
                waiting.join();
            }
            assertThat(turns.isFull()).isFalse();
        }
    }

    /** Their places are free already, so nothing else bounds how many there are. */
    @Test
    void noHandshakeBeginsWhileManyThatWereAbandonedHaveNotEnded() {
        DtlsTurns turns = new DtlsTurns(1);
        for (int i = 0; i < 1024; i++) {
            assertThat(turns.isFull()).isFalse();
            turns.abandoned();
        }
        assertThat(turns.isFull()).isTrue();
        turns.abandonedHasEnded();
        assertThat(turns.isFull()).isFalse();
    }

    @Test
    void whoeverWasInterruptedBeforeGetsNoTurn() throws InterruptedException {
        DtlsTurns turns = new DtlsTurns(1);
        try (DtlsTurns.Turn late = turns.new Turn()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(late::take).isInstanceOf(InterruptedException.class);
        }
        try (DtlsTurns.Turn next = turns.new Turn()) {
            next.take(); // the one that got none has given none back
        }
    }
}
