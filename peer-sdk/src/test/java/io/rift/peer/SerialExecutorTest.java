package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final SerialExecutor serial = new SerialExecutor(threads::add);
    private final List<String> ran = new ArrayList<>();

    @Test
    void tasksRunInOrderOnOneThreadThatEndsWithThem() {
        serial.execute(() -> ran.add("first"));
        serial.execute(() -> ran.add("second"));
        assertThat(threads).hasSize(1);
        threads.remove().run();
        assertThat(ran).containsExactly("first", "second");
        serial.execute(() -> ran.add("third"));
        threads.remove().run();
        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void aTaskThatFailsDoesNotHoldUpTheNext() {
        serial.execute(() -> {
            throw new IllegalStateException("of the test");
        });
        serial.execute(() -> {
            throw new StackOverflowError("of the test");
        });
        serial.execute(() -> ran.add("after"));
        threads.remove().run();
        assertThat(ran).containsExactly("after");
        serial.execute(() -> ran.add("later"));
        threads.remove().run();
        assertThat(ran).containsExactly("after", "later");
    }
}
