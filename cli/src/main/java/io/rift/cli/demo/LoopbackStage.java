package io.rift.cli.demo;

import io.rift.cli.capture.PacketCapture;
import io.rift.cli.process.Launch;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.PathType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything on the loopback address, for machines where network namespaces cannot be made. The tap is the server's own
 * record of what its sockets see.
 *
 * @param reason why there are no NATs
 */
record LoopbackStage(String reason) implements Stage {
    private static final String ADDRESS = "127.0.0.1";

    @Override
    public String description() {
        return "on loopback, without NATs: " + reason;
    }

    @Override
    public Launch server() {
        return Launch.here();
    }

    @Override
    public String serverAddress() {
        return ADDRESS;
    }

    @Override
    public List<String> serverSettings(Path directory) {
        return List.of(
                "--server.address=" + ADDRESS,
                "--rift.turn.bind-addresses=" + ADDRESS,
                "--rift.diagnostics.capture=" + capture(directory));
    }

    @Override
    public List<Scenario> scenarios() {
        return List.of(
                scenario("direct, on one network", IceTransportPolicy.ALL, PathType.HOST),
                scenario("relay only, addresses hidden from each other", IceTransportPolicy.RELAY, PathType.RELAYED));
    }

    private static Scenario scenario(String title, IceTransportPolicy policy, PathType expected) {
        return new Scenario(title, Launch.here(), Launch.here(), ADDRESS, policy, expected);
    }

    @Override
    public Tap tap(Path directory) {
        try {
            return new ServerTap(capture(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}

    private static Path capture(Path directory) {
        return directory.resolve("server.pcap");
    }

    /** The part of the server's record that was written since this tap began. */
    private static final class ServerTap implements Tap {
        private final Path file;
        private final int before;

        ServerTap(Path file) throws IOException {
            this.file = file;
            this.before =
                    Files.exists(file) ? PacketCapture.read(file).packets().size() : 0;
        }

        @Override
        public String name() {
            return "its own record";
        }

        @Override
        public PacketCapture finish() throws IOException {
            return PacketCapture.read(file).since(before);
        }

        @Override
        public void close() {}
    }
}
