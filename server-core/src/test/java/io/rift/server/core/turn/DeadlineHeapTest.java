package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlineHeapTest {
    private final DeadlineHeap heap = new DeadlineHeap();

    @Test
    void isEmptyAtFirst() {
        assertThat(heap.first()).isNull();
        assertThat(heap.pollDue(Long.MAX_VALUE)).isNull();
    }

    @Test
    void aDeadlineIsDueAtItsTimeAndNotBefore() {
        Deadline deadline = deadline();
        heap.schedule(deadline, 100);

        assertThat(heap.pollDue(99)).isNull();
        assertThat(heap.pollDue(100)).isSameAs(deadline);
        assertThat(heap.pollDue(100)).isNull();
    }

    @Test
    void timeMayWrapAround() {
        Deadline before = deadline();
        Deadline after = deadline();
        heap.schedule(after, Long.MIN_VALUE + 5);
        heap.schedule(before, Long.MAX_VALUE - 5);

        assertThat(heap.first()).isSameAs(before);
        assertThat(heap.pollDue(Long.MIN_VALUE)).isSameAs(before);
        assertThat(heap.pollDue(Long.MIN_VALUE)).isNull();
        assertThat(heap.pollDue(Long.MIN_VALUE + 5)).isSameAs(after);
    }

    @Test
    void cancellingWhatIsNotScheduledDoesNothing() {
        heap.cancel(deadline());

        assertThat(heap.size()).isZero();
    }

    /** Against a sorted list, which needs no cleverness. */
    @Test
    void behavesLikeASortedListUnderRandomUse() {
        SplittableRandom random = new SplittableRandom(11);
        List<Deadline> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(deadline());
        }
        List<Deadline> scheduled = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            Deadline deadline = all.get(random.nextInt(all.size()));
            if (random.nextInt(3) > 0) {
                heap.schedule(deadline, random.nextInt(1_000));
                scheduled.remove(deadline);
                scheduled.add(deadline);
            } else {
                heap.cancel(deadline);
                scheduled.remove(deadline);
            }
            assertThat(heap.size()).isEqualTo(scheduled.size());
            if (!scheduled.isEmpty()) {
                long earliest =
                        scheduled.stream().mapToLong(Deadline::atNanos).min().getAsLong();
                assertThat(heap.first().atNanos()).isEqualTo(earliest);
            }
        }
        scheduled.sort(Comparator.comparingLong(Deadline::atNanos));
        for (Deadline expected : scheduled) {
            assertThat(heap.pollDue(1_000).atNanos()).isEqualTo(expected.atNanos());
        }
        assertThat(heap.first()).isNull();
    }

    private static Deadline deadline() {
        return new Permission(null, TestServer.PEER, TestServer.POLICY, 1);
    }
}
