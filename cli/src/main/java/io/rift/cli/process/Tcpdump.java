package io.rift.cli.process;

import io.rift.cli.lab.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packet recorder tcpdump, as a tap that knows nothing of Rift. */
public final class Tcpdump implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
    private static final Pattern LOST = Pattern.compile("([1-9]\\d*) packets? dropped by kernel");

    private final Process process;
    private final Path file;
    private final CompletableFuture<Boolean> listening = new CompletableFuture<>();
    private final CompletableFuture<String> said = new CompletableFuture<>();

    private Tcpdump(Process process, Path file) {
        this.process = process;
        this.file = file;
        Thread.ofVirtual().start(this::readMessages);
    }

    /**
     * Begins to record the UDP and TCP packets of a network device into a file, and returns when no packet can be missed
     * any more.
     *
     * @throws ProcessFailure if it cannot
     */
    public static Tcpdump start(Launch launch, String device, Path file) {
        List<String> command = List.of(
                Programs.require("tcpdump"),
                // Numbers only, no change of user, each packet written at once. In immediate mode every packet takes a
                // slot of the longest length, so the length decides how many fit the 64 MB for a burst: with 20 KB,
                // which is more than a message of the rendezvous, 3,265. Of a longer packet the end would be missing.
                "-n",
                "-Z",
                "root",
                "-s",
                "20480",
                "-U",
                "--immediate-mode",
                "-B",
                "65536",
                "-i",
                device,
                "-w",
                file.toString(),
                "udp or tcp");
        Tcpdump tcpdump;
        try {
            tcpdump = new Tcpdump(launch.process(command).start(), file);
        } catch (IOException e) {
            throw new ProcessFailure("tcpdump cannot be started: " + e.getMessage(), e);
        }
        try {
            if (!tcpdump.listening.get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                throw new ProcessFailure("tcpdump does not listen: " + tcpdump.said.join());
            }
            return tcpdump;
        } catch (ProcessFailure e) {
            tcpdump.close();
            throw e;
        } catch (TimeoutException | ExecutionException | InterruptedException e) {
            tcpdump.close();
            throw new ProcessFailure("tcpdump does not listen", e);
        }
    }

    /**
     * Ends the recording and returns the file.
     *
     * @throws ProcessFailure if packets are missing in it
     */
    public Path finish() {
        process.destroy();
        JavaCommand.end(process, START_TIMEOUT);
        Matcher lost = LOST.matcher(said.join());
        if (lost.find()) {
            throw new ProcessFailure("tcpdump missed " + lost.group(1) + " packets");
        }
        return file;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void readMessages() {
        StringBuilder messages = new StringBuilder();
        try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                messages.append(line).append(' ');
                if (line.contains("listening on")) {
                    listening.complete(true);
                }
            }
        } catch (IOException e) {
            messages.append(e.getMessage());
        }
        said.complete(messages.toString());
        listening.complete(false);
    }
}
