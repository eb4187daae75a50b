package io.rift.cli.demo;

import io.rift.cli.capture.PacketCapture;
import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatKind;
import io.rift.cli.lab.NatLab;
import io.rift.cli.process.Launch;
import io.rift.cli.process.Tcpdump;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.PathType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Hosts in network namespaces, peers behind NATs of the Linux kernel; the tap is tcpdump on the server's cable. */
final class NatStage implements Stage {
    private final NatLab lab = NatLab.open();

    @Override
    public String description() {
        return "in network namespaces, behind NATs of the Linux kernel";
    }

    @Override
    public Launch server() {
        return lab.server()::process;
    }

    @Override
    public String serverAddress() {
        return lab.server().address();
    }

    @Override
    public List<String> serverSettings(Path directory) {
        // The lab's public addresses are reserved for documentation, which the server would otherwise not relay to.
        return List.of("--rift.turn.allowed-peers=" + NatLab.PUBLIC_NETWORK);
    }

    @Override
    public List<Scenario> scenarios() {
        LabHost alice = lab.publicHost("alice");
        LabHost bob = lab.publicHost("bob");
        return List.of(
                scenario("direct, on one network", alice, bob, IceTransportPolicy.ALL, PathType.HOST),
                scenario(
                        "two port-restricted cone NATs (home routers)",
                        lab.home("alice-prc", NatKind.PORT_RESTRICTED_CONE),
                        lab.home("bob-prc", NatKind.PORT_RESTRICTED_CONE),
                        IceTransportPolicy.ALL,
                        PathType.SERVER_REFLEXIVE),
                scenario(
                        "two symmetric NATs (mobile and office networks)",
                        lab.home("alice-sym", NatKind.SYMMETRIC),
                        lab.home("bob-sym", NatKind.SYMMETRIC),
                        IceTransportPolicy.ALL,
                        PathType.RELAYED),
                scenario(
                        "relay only, addresses hidden from each other",
                        alice,
                        bob,
                        IceTransportPolicy.RELAY,
                        PathType.RELAYED));
    }

    private static Scenario scenario(
            String title, LabHost alice, LabHost bob, IceTransportPolicy policy, PathType expected) {
        return new Scenario(title, alice::process, bob::process, "", policy, expected);
    }

    @Override
    public Tap tap(Path directory) {
        return new TcpdumpTap(Tcpdump.start(lab.server()::process, "eth0", directory.resolve("tap.pcap")));
    }

    @Override
    public void close() {
        lab.close();
    }

    private record TcpdumpTap(Tcpdump tcpdump) implements Tap {

        @Override
        public String name() {
            return "tcpdump";
        }

        @Override
        public PacketCapture finish() throws IOException {
            return PacketCapture.read(tcpdump.finish());
        }

        @Override
        public void close() {
            tcpdump.close();
        }
    }
}
