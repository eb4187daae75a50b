package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatKind;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab's NATs are what they are called, says a foreign program: coturn's RFC 5780 discovery. */
@Timeout(60)
class NatLabIT {
    private static final Path NAMESPACES = Path.of("/run/netns");

    @TempDir
    private Path directory;

    @BeforeEach
    void needs() {
        Needs.lab();
    }

    @Test
    void everyKindMapsAndFiltersAsItSays() throws Exception {
        Needs.programs("turnserver", "turnutils_natdiscovery");
        try (NatLab lab = NatLab.open()) {
            Process stun = startStunServer(lab.server());
            try {
                Map<NatKind, Process> discoveryByKind = new LinkedHashMap<>();
                for (NatKind kind : NatKind.values()) {
                    discoveryByKind.put(kind, discover(lab.home(kind.label(), kind), lab.server()));
                }
                for (Map.Entry<NatKind, Process> each : discoveryByKind.entrySet()) {
                    Process discovery = each.getValue();
                    String found = new String(discovery.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    assertThat(discovery.waitFor(20, TimeUnit.SECONDS)).isTrue();
                    assertThat(found).as(each.getKey().label()).contains(expected(each.getKey()));
                }
            } finally {
                stun.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void nothingIsLeftOfAClosedLab() throws Exception {
        Process sleeper;
        String mine = "riftlab-" + ProcessHandle.current().pid() + "-";
        try (NatLab lab = NatLab.open()) {
            LabHost home = lab.home("sleeper", NatKind.SYMMETRIC);
            sleeper = home.process(List.of("sleep", "1000")).start();
            assertThat(namespaces(mine)).isNotEmpty();
        }
        assertThat(namespaces(mine)).isEmpty();
        assertThat(sleeper.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLabRemovesWhatAKilledOwnerLeft() throws Exception {
        Process owner = new ProcessBuilder("true").start();
        owner.waitFor();
        String orphan = "riftlab-" + owner.pid() + "-1-server";
        assertThat(new ProcessBuilder(Programs.require("ip"), "netns", "add", orphan)
                        .start()
                        .waitFor())
                .isZero();
        NatLab.open().close();
        assertThat(namespaces(orphan)).isEmpty();
    }

    private Process startStunServer(LabHost host) throws Exception {
        Path log = directory.resolve("turnserver.log");
        Process server = host.process(List.of(
                        Programs.require("turnserver"),
                        "-n",
                        "-L",
                        "203.0.113.10",
                        "-L",
                        "203.0.113.11",
                        "--no-auth",
                        "--no-tls",
                        "--no-dtls",
                        "--no-cli",
                        "--userdb=" + directory.resolve("turndb"),
                        "--pidfile=" + directory.resolve("turnserver.pid"),
                        "--log-file=stdout"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        // It opens its sockets before it says how many threads serve them.
        String ready = "Total General servers";
        for (int i = 0; i < 500 && !Files.readString(log).contains(ready); i++) {
            assertThat(server.waitFor(20, TimeUnit.MILLISECONDS))
                    .as("turnserver ended: %s", Files.readString(log))
                    .isFalse();
        }
        assertThat(Files.readString(log)).as("turnserver within 10 s").contains(ready);
        return server;
    }

    private static Process discover(LabHost home, LabHost server) throws IOException {
        return home.process(List.of(Programs.require("turnutils_natdiscovery"), "-m", "-f", server.address()))
                .redirectErrorStream(true)
                .start();
    }

    private static String[] expected(NatKind kind) {
        String endpointIndependentMapping = "NAT with Endpoint Independent Mapping!";
        return switch (kind) {
            case FULL_CONE -> new String[] {endpointIndependentMapping, "NAT with Endpoint Independent Filtering!"};
            case ADDRESS_RESTRICTED_CONE ->
                new String[] {endpointIndependentMapping, "NAT with Address Dependent Filtering!"};
            case PORT_RESTRICTED_CONE ->
                new String[] {endpointIndependentMapping, "NAT with Address and Port Dependent Filtering!"};
            case SYMMETRIC ->
                new String[] {
                    "NAT with Address and Port Dependent Mapping!", "NAT with Address and Port Dependent Filtering!"
                };
            case UDP_BLOCKED -> new String[] {"STUN receive timeout.."};
        };
    }

    private static List<String> namespaces(String prefix) throws IOException {
        try (Stream<Path> all = Files.list(NAMESPACES)) {
            return all.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }
}
