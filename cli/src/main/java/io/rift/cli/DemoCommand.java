package io.rift.cli;

import io.rift.cli.demo.Demo;
import io.rift.cli.terminal.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rift demo}: the whole chain on this machine. */
@Command(
        name = "demo",
        description = {
            "Starts a server and pairs of peers as processes, connects them over every kind of path, and shows what each"
                    + " end and a tap at the server saw.",
            "As root on Linux with ip, nft and tcpdump the peers sit behind real NATs in network namespaces; elsewhere"
                    + " everything runs on loopback."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:everything that it told is true", "1:something is not"},
        mixinStandardHelpOptions = true,
        versionProvider = RiftVersion.class)
final class DemoCommand implements Callable<Integer> {
    /** Fewer would not stand out from the packets of signalling at the tap. */
    private static final int MIN_MESSAGES = 50;

    private static final int MAX_MESSAGES = 100_000;

    @Option(names = "--loopback", description = "Use no namespaces, even where they are possible.")
    private boolean loopback;

    @Option(
            names = "--messages",
            paramLabel = "<n>",
            defaultValue = "100",
            description = "Messages each way on each path. Default: ${DEFAULT-VALUE}.")
    private int messages;

    @Override
    public Integer call() throws IOException {
        if (messages < MIN_MESSAGES || messages > MAX_MESSAGES) {
            throw new UsageException(
                    "--messages is a number from " + MIN_MESSAGES + " to " + MAX_MESSAGES + ", not " + messages);
        }
        Path home = Path.of(System.getProperty("rift.home", ".")).toAbsolutePath();
        Path serverJar = home.resolve("server/target/rift-server.jar");
        if (!Files.isRegularFile(serverJar)) {
            throw new UsageException(
                    "there is no " + serverJar + "; start the demo by the script 'rift', which builds it");
        }
        try (Demo demo = new Demo(Screen.output(), serverJar, messages)) {
            return demo.run(loopback) ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
