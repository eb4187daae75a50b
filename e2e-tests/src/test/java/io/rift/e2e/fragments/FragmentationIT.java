package io.rift.e2e.fragments;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.cli.process.ServerProcess;
import io.rift.conformance.Requirement;
import io.rift.e2e.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DONT-FRAGMENT and ICMP errors with a real router whose next hop has a small MTU. */
@Timeout(180)
class FragmentationIT {
    private static final int DEAD_PORT = 7777;

    @TempDir
    private Path directory;

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.2",
            text = "The data of a Send indication with DONT-FRAGMENT leaves with the DF bit set")
    @Requirement(
            rfc = 8656,
            section = "14",
            text = "Without DONT-FRAGMENT data leaves without the DF bit, so that routers may fragment it")
    @Requirement(
            rfc = 8656,
            section = "11.5",
            text =
                    "An ICMP error reaches the client in a Data indication with XOR-PEER-ADDRESS and ICMP and without DATA")
    void theClientFindsTheMtuOfThePathToThePeer() throws Exception {
        List<String> found = probeBehindASmallMtu("203.0.113.", 1000, "500DF", "1200DF", "1200", "1600DF");

        assertThat(found)
                .containsExactly(
                        "500 DF: type 3 code 3 data 0", // it arrived, but nobody listens there
                        "1200 DF: type 3 code 4 data 1000", // the router could not pass it on
                        "1200: type 3 code 3 data 0", // it could in pieces
                        "1600 DF: type 3 code 4 data 1500"); // not even the server could send it
        List<String> flags = Files.readAllLines(directory.resolve("tap")).stream()
                .filter(line -> line.contains("proto UDP"))
                .map(line -> line.replaceAll(".*flags \\[(.*?)\\].*", "$1"))
                .toList();
        assertThat(flags).as("500 DF, and 1200 in two fragments").containsExactly("DF", "+", "none");
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.5",
            text =
                    "An ICMP error reaches the client in a Data indication with XOR-PEER-ADDRESS and ICMP and without DATA")
    void theSameOverIpv6WhereRoutersDoNotFragment() throws Exception {
        List<String> found = probeBehindASmallMtu("2001:db8::", 1280, "500DF", "1400DF", "1400", "1600DF");

        assertThat(found)
                .containsExactly(
                        "500 DF: type 1 code 4 data 0",
                        "1400 DF: type 2 code 0 data 1280",
                        "1400: type 1 code 4 data 0", // the server has heard of the MTU and fragments
                        "1600 DF: type 2 code 0 data 1500");
    }

    /** What comes back for these datagrams through a router whose next hop towards the peer has this MTU. */
    private List<String> probeBehindASmallMtu(String prefix, int mtu, String... datagrams) throws Exception {
        Needs.lab();
        Needs.programs("tcpdump");
        boolean ipv6 = prefix.contains(":");
        try (NatLab lab = NatLab.open()) {
            LabHost client = lab.publicHost("client");
            LabHost router = lab.publicHost("router");
            LabHost peer = lab.publicHost("peer");
            List<LabHost> hosts = List.of(lab.server(), client, router, peer);
            List<String> addresses =
                    hosts.stream().map(host -> prefix + lastNumber(host)).toList();
            if (ipv6) {
                for (int i = 0; i < hosts.size(); i++) {
                    run(hosts.get(i), "ip addr add " + addresses.get(i) + "/64 dev eth0 nodad");
                }
            }
            route(router, ipv6, addresses.get(3) + " dev eth0 mtu lock " + mtu);
            route(lab.server(), ipv6, addresses.get(3) + " via " + addresses.get(2));
            Process tap = tap(peer, addresses.get(3));
            try (ServerProcess server = ServerProcess.start(
                    lab.server()::process,
                    Needs.home().resolve("server/target/rift-server.jar"),
                    directory,
                    List.of(
                            IcmpProbe.userSetting(),
                            "--rift.turn.bind-addresses=" + addresses.get(0),
                            "--rift.turn.allowed-peers=203.0.113.0/24,2001:db8::/32"))) {
                server.ready();
                return probe(
                        client, at(addresses.get(0), server.port("turn")), at(addresses.get(3), DEAD_PORT), datagrams);
            } finally {
                tap.destroy();
                tap.waitFor();
            }
        }
    }

    private static String lastNumber(LabHost host) {
        return host.address().substring(host.address().lastIndexOf('.') + 1);
    }

    private static String at(String address, int port) {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    /** Forwards, and tells nobody of a shorter way. */
    private static void route(LabHost host, boolean ipv6, String route) throws Exception {
        if (ipv6) {
            set(host, "ipv6/conf/all/forwarding", 1);
            set(host, "ipv6/conf/eth0/accept_redirects", 0);
        } else {
            set(host, "ipv4/ip_forward", 1);
            set(host, "ipv4/conf/all/send_redirects", 0);
            set(host, "ipv4/conf/eth0/send_redirects", 0);
        }
        run(host, "ip route add " + route);
    }

    /** Prints the IP header of whatever arrives from the relay; returns when nothing can be missed any more. */
    private Process tap(LabHost peer, String address) throws IOException {
        Process tap = peer.process(List.of(
                        Programs.require("tcpdump"),
                        "-n",
                        "-v",
                        "-l",
                        "-Z",
                        "root",
                        "--immediate-mode",
                        "-i",
                        "eth0",
                        "udp and dst host " + address))
                .redirectOutput(directory.resolve("tap").toFile())
                .start();
        BufferedReader messages = tap.errorReader();
        String line = messages.readLine();
        while (line != null && !line.contains("listening on")) {
            line = messages.readLine();
        }
        assertThat(line).as("tcpdump listens").isNotNull();
        return tap;
    }

    private List<String> probe(LabHost host, String server, String peer, String... datagrams) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                IcmpProbe.class.getName()));
        command.addAll(List.of(server, peer));
        command.addAll(List.of(datagrams));
        Path output = directory.resolve("probe");
        Process process = host.process(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }

    private static void set(LabHost host, String setting, int value) throws Exception {
        run(host, "echo " + value + " >/proc/sys/net/" + setting);
    }

    private static void run(LabHost host, String command) throws Exception {
        Process process = host.process(List.of("sh", "-c", command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + output).isZero();
    }
}
