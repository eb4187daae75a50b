package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatKind;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.cli.process.ServerProcess;
import io.rift.conformance.Requirement;
import io.rift.e2e.report.ClientVersions;
import io.rift.e2e.report.ForeignClient;
import io.rift.e2e.report.Interop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Our server tells coturn's client of RFC 5780 what {@link NatLabIT} has coturn's server tell it. */
@Timeout(120)
class BehaviourDiscoveryIT {

    @TempDir
    private Path directory;

    @Test
    @Requirement(
            rfc = 5780,
            section = "4.3",
            text = "A client can tell by requests to the other address and port how its NAT maps")
    @Requirement(
            rfc = 5780,
            section = "4.4",
            text = "A client can tell by requests from one other address and port how its NAT filters")
    @Interop(
            client = ForeignClient.TURNUTILS_NATDISCOVERY,
            transport = "UDP",
            shows = "recognises each kind of NAT in the lab by its mapping and filtering (RFC 5780)")
    void everyNatIsRecognised() throws Exception {
        Needs.lab();
        Needs.programs("turnutils_natdiscovery", "turnserver");
        ClientVersions.here().putCoturns();
        try (NatLab lab = NatLab.open();
                ServerProcess server = ServerProcess.start(
                        lab.server()::process,
                        Needs.home().resolve("server/target/rift-server.jar"),
                        directory,
                        List.of(
                                "--rift.turn.bind-addresses=203.0.113.10,203.0.113.11",
                                "--rift.stun.discovery.enabled=true"))) {
            String port = String.valueOf(server.ready().port("turn"));
            Map<NatKind, Process> discoveryByKind = new LinkedHashMap<>();
            for (NatKind kind : NatKind.values()) {
                LabHost home = lab.home(kind.label(), kind);
                List<String> command = List.of(
                        Programs.require("turnutils_natdiscovery"),
                        "-m",
                        "-f",
                        "-p",
                        port,
                        lab.server().address());
                discoveryByKind.put(
                        kind, home.process(command).redirectErrorStream(true).start());
            }
            for (Map.Entry<NatKind, Process> each : discoveryByKind.entrySet()) {
                String found = new String(each.getValue().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(each.getValue().waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(plain(found)).as(each.getKey().label()).contains(findings(each.getKey()));
            }
        }
    }

    private static String[] findings(NatKind kind) {
        return kind == NatKind.UDP_BLOCKED
                ? new String[] {"stun receive timeout"}
                : new String[] {
                    "nat with " + plain(kind.mapping()) + " mapping!",
                    "nat with " + plain(kind.filtering()) + " filtering!"
                };
    }

    /** Our words and coturn's differ in case and hyphens. */
    private static String plain(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replace("address- and port-dependent", "address and port dependent")
                .replace('-', ' ');
    }
}
