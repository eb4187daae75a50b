package io.rift.peer.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final Deadlines<String> deadlines = new Deadlines<>();

    @Test
    void theEarliestComesFirstAndEqualOnesInOrder() {
        deadlines.set("late", 30);
        deadlines.set("first", 10);
        deadlines.set("second", 10);

        assertThat(deadlines.nextNanos()).isEqualTo(10);
        assertThat(deadlines.pollDue(9)).isNull();
        assertThat(deadlines.pollDue(20)).isEqualTo("first");
        assertThat(deadlines.pollDue(20)).isEqualTo("second");
        assertThat(deadlines.pollDue(20)).isNull();
        assertThat(deadlines.pollDue(30)).isEqualTo("late");
        assertThat(deadlines.nextNanos()).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void aKeyHasOneDeadline() {
        deadlines.set("a", 10);
        deadlines.set("a", 40);
        deadlines.set("b", 20);
        deadlines.cancel("b");

        assertThat(deadlines.pollDue(39)).isNull();
        assertThat(deadlines.pollDue(40)).isEqualTo("a");
        assertThat(deadlines.pollDue(40)).isNull();
    }

    @Test
    void timeMayOverflow() {
        long before = Long.MAX_VALUE - 5;
        long after = Long.MIN_VALUE + 5;
        deadlines.set("after", after);
        deadlines.set("before", before);

        assertThat(Deadlines.earlier(before, after)).isEqualTo(before);
        assertThat(Deadlines.earlier(Deadlines.NEVER, after)).isEqualTo(after);
        assertThat(deadlines.pollDue(before)).isEqualTo("before");
        assertThat(deadlines.pollDue(before)).isNull();
        assertThat(deadlines.pollDue(after)).isEqualTo("after");
    }
}
