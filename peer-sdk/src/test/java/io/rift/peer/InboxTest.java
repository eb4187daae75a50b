package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class InboxTest {

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<String> seen = new ArrayList<>();
    private final Inbox inbox = new Inbox(threads::add, () -> seen.add("consumed"));

    @Test
    void whatIsToBeKnownAfterTheLastMessageIs() {
        inbox.listener(message -> seen.add(message.text()));
        inbox.add(message("first"));
        inbox.add(message("last"));
        inbox.close();
        inbox.afterDelivered(() -> seen.add("closed"));
        assertThat(seen).isEmpty();
        threads.remove().run();
        assertThat(seen).containsExactly("first", "consumed", "last", "consumed", "closed");
    }

    @Test
    void withoutAListenerNothingIsWaitedFor() {
        inbox.add(message("not taken"));
        inbox.afterDelivered(() -> seen.add("closed"));
        assertThat(seen).containsExactly("closed");
        assertThat(threads).isEmpty();
    }

    private static Message message(String text) {
        return Message.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
