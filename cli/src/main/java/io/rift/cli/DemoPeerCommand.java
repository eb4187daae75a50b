package io.rift.cli;

import io.rift.cli.process.PeerProgram;
import io.rift.peer.IceTransportPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rift demo-peer}: a peer that another process commands, see {@link PeerProgram}. */
@Command(name = "demo-peer", hidden = true, description = "A peer that the demo and the tests command.")
final class DemoPeerCommand implements Callable<Integer> {

    @Option(names = "--server", required = true)
    private URI server = URI.create("");

    @Option(names = "--relay-only")
    private boolean relayOnly;

    @Option(names = "--bind", description = "A literal IP address.")
    private @Nullable String bind;

    @Override
    public Integer call() throws IOException {
        return PeerProgram.run(
                server,
                relayOnly ? IceTransportPolicy.RELAY : IceTransportPolicy.ALL,
                bind == null ? null : new InetSocketAddress(bind, 0),
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                System.out);
    }
}
