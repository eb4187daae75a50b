package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FinishedTest {
    private static final String CHILD_THAT_STAYS = "sleep 600 & echo $! > $0.new && mv $0.new $0; wait";

    @TempDir
    private Path directory;

    @Test
    void whatIsInterruptedIsEndedWithItsChildren() throws Exception {
        Path pid = directory.resolve("pid");
        Thread runner = Thread.ofPlatform().start(() -> {
            try {
                Finished.run(shell(pid), "", Duration.ofMinutes(1));
            } catch (IOException | IllegalStateException e) {
                // that it was interrupted is what is tested
            }
        });
        while (!Files.exists(pid)) {
            Thread.onSpinWait();
        }
        ProcessHandle child =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        runner.interrupt();
        runner.join();
        child.onExit().get(20, TimeUnit.SECONDS);
        assertThat(child.isAlive()).isFalse();
    }

    private static ProcessBuilder shell(Path pid) {
        return new ProcessBuilder(List.of("sh", "-c", CHILD_THAT_STAYS, pid.toString()));
    }
}
