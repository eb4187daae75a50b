package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.process.Launch;
import io.rift.cli.process.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./rift chat}, with pipes in the place of people. */
@Timeout(120)
class ChatIT {
    private static final String RIFT = Needs.home().resolve("rift").toString();
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String NOBODY = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypv3nib";

    @TempDir
    private static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void startTheServer() {
        server = ServerProcess.start(
                Launch.here(),
                Needs.home().resolve("server/target/rift-server.jar"),
                directory,
                List.of("--server.address=127.0.0.1"));
        server.ready();
    }

    @AfterAll
    static void stopTheServer() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whatOneSideWritesTheOtherReads() throws Exception {
        Process waiting = new ProcessBuilder(RIFT, "chat", "--server", uri(), "--ephemeral").start();
        try {
            // It has something to say, too, as soon as somebody calls.
            try (var stdin = waiting.outputWriter()) {
                stdin.write("welcome\n");
            }
            var told = waiting.errorReader();
            String id = null;
            for (String line = told.readLine(); line != null && id == null; line = told.readLine()) {
                Matcher you = Pattern.compile("you are +([a-z2-7]{56})").matcher(line);
                id = you.find() ? you.group(1) : null;
            }
            assertThat(id).isNotNull();
            Finished caller = Finished.run(
                    new ProcessBuilder(RIFT, "chat", "--server", uri(), "--ephemeral", "--to", id),
                    "first line\nzweite Zeile mit Ümlaut\n",
                    PATIENCE);
            assertThat(caller.exitCode()).as(caller.err()).isZero();
            assertThat(caller.err()).contains("connected ", id, "fingerprint ", "path ", "encrypted ");
            String received = new String(waiting.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(received).isEqualTo("first line\nzweite Zeile mit Ümlaut\n");
            assertThat(waiting.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(waiting.exitValue()).isZero();
        } finally {
            waiting.destroyForcibly();
        }
    }

    @Test
    void aPeerThatIsNotThereIsOneSentence() throws IOException {
        Finished result = chat(uri(), "--to", NOBODY);
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err()).contains("rift: peer " + NOBODY + " is not signed in at the rendezvous server");
        assertThat(result.err()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void aServerThatIsNotThereIsOneSentence() throws IOException {
        Finished result = chat("ws://127.0.0.1:1");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err())
                .startsWith("rift: the rendezvous server at ws://127.0.0.1:1")
                .hasLineCount(1);
    }

    private static Finished chat(String server, String... more) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(RIFT, "chat", "--ephemeral", "--server", server);
        builder.command().addAll(List.of(more));
        return Finished.run(builder, "", PATIENCE);
    }

    private static String uri() {
        return "ws://127.0.0.1:" + server.port("http");
    }
}
