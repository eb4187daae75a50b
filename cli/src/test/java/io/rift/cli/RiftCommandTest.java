package io.rift.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.Identity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class RiftCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "|Missing required subcommand",
                "dance|Unmatched argument",
                "chat|Missing required option: '--server=<uri>'",
                "chat --server http://example.org|'http://example.org' is not ws://host:port or wss://host:port",
                "chat --server ws://|'ws://' is not ws://host:port or wss://host:port",
                "chat --server ws://localhost:1 --to abc|a peer id has 56 characters, not 3",
                "chat --server ws://localhost:1 --loud|Unknown option: '--loud'",
                "demo --messages many|'many' is not an int",
                "demo --messages 0|--messages is a number from 50 to 100000, not 0",
            })
    void wrongOptionsAreOneSentence(String arguments, String sentence) {
        int code = run(arguments == null ? new String[0] : arguments.split(" "));
        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("rift: ").contains(sentence).hasLineCount(1);
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void nobodyChatsWithItself(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("identity.pem");
        String self = Identity.loadOrGenerate(file).peerId().toString();
        int code = run("chat", "--server", "ws://localhost:1", "--identity", file.toString(), "--to", self);
        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("--to is this very peer", "--ephemeral")
                .hasLineCount(1);
    }

    @Test
    void helpTellsTheExitCodes() {
        assertThat(run("chat", "--help")).isZero();
        assertThat(out.toString())
                .contains("--ephemeral", "Exit codes:", "4   the other peer is not there, or refused");
    }

    @Test
    void theHelperOfTheDemoIsNotAdvertised() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("chat", "id", "demo").doesNotContain("demo-peer");
    }

    private int run(String... arguments) {
        CommandLine command = RiftCommand.commandLine();
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
