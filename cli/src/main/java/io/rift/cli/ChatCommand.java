package io.rift.cli;

import io.rift.cli.terminal.Screen;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.Identity;
import io.rift.protocol.PeerId;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rift chat}: two people, or two scripts, type to each other. */
@Command(
        name = "chat",
        description = {
            "Types to another peer, end to end encrypted.",
            "Without --to it waits for a peer to call. Each line is one message. Messages go to standard output, everything"
                    + " else to standard error. Ctrl-D ends; with piped input a calling chat ends after the last line was"
                    + " delivered, and a waiting one when its caller leaves."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended as asked",
            "2:wrong options",
            "3:the server cannot be reached, or takes us not",
            "4:the other peer is not there, or refused",
            "5:no path to the other peer, or it was lost",
            "6:somebody could not prove who it is",
            "7:the identity file cannot be used"
        },
        mixinStandardHelpOptions = true,
        versionProvider = RiftVersion.class)
final class ChatCommand implements Callable<Integer> {
    private static final Charset INPUT_CHARSET =
            Charset.forName(System.getProperty("stdin.encoding", System.getProperty("native.encoding", "UTF-8")));

    @Option(
            names = "--server",
            required = true,
            paramLabel = "<uri>",
            converter = ServerUri.class,
            description = "The rendezvous server: ws://host:port or wss://host:port.")
    private URI server = URI.create("");

    @Option(
            names = "--to",
            paramLabel = "<peer id>",
            converter = PeerIdText.class,
            description = "Whom to call. Default: wait for a call.")
    private @Nullable PeerId to;

    @Option(names = "--ephemeral", description = "Use an identity that is forgotten at the end.")
    private boolean ephemeral;

    @Option(names = "--relay-only", description = "Hide this host's addresses from the other peer.")
    private boolean relayOnly;

    @Mixin
    private final IdentityOptions identityOptions = new IdentityOptions();

    @Override
    public Integer call() {
        Identity identity = ephemeral ? Identity.generate() : identityOptions.load();
        if (to != null && identity.peerId().equals(to)) {
            throw new UsageException("--to is this very peer; two chats of one user need two identities, so give one of"
                    + " them --ephemeral or another --identity");
        }
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, INPUT_CHARSET));
        try (Chat chat = new Chat(Screen.output(), Screen.error(), Screen.inputIsTerminal())) {
            chat.signIn(server, identity, relayOnly ? IceTransportPolicy.RELAY : IceTransportPolicy.ALL);
            return to == null ? chat.waitForCalls(lines) : chat.call(to, lines);
        }
    }
}
