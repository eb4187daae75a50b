package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What cannot work ends the start with one line that says what to change. */
@Timeout(120)
class FailedStartIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rift.turn.prot=1 | rift.turn.prot: there is no such setting, did you mean rift.turn.port?",
                "--rift.turn.denied-peers=10.0.0.0/33 | rift.turn.denied-peers=10.0.0.0/33: '10.0.0.0/33' is no CIDR",
                "--rift.turn.relay-ports=60000-50000 | rift.turn.relay-ports=60000-50000: 60000-50000 is no range of ports",
                "--rift.turn.bind-addresses=1.2.3 | rift.turn.bind-addresses=1.2.3: '1.2.3' is no IPv4 or IPv6 address",
                "--rift.turn.bind-addresses=192.0.2.77 | rift.turn.bind-addresses=192.0.2.77: this machine has no such",
                "--rift.turn.port=70000 | rift.turn.port=70000: must be less than or equal to 65535",
                "--rift.turn.port=many | rift.turn.port=many: is no whole number",
                "--rift.stun.discovery.enabled=true | rift.stun.discovery.enabled=true: needs a second IP address",
                "--rift.turn.tcp.message-timeout=0s | rift.turn.tcp.message-timeout=",
                "--server.port=eighty | server.port=eighty: is no port of 0 to 65535",
                "--rift.turn.users.alice= | rift.turn.users[alice]: must not be blank",
                "--rift.turn.users.a_b=c | rift.turn.users.a_b: write rift.turn.users[a_b]",
                "--rift.turn.nonce-secrets=short | rift.turn.nonce-secrets: a nonce secret has at least 16 bytes",
                "--rift.turn.answer-budget=1KB | rift.turn.answer-budget: the bytes per second in all to unproven addresses are",
                "--rift.turn.answer-budget-per-network=1KB | rift.turn.answer-budget-per-network: the bytes per second to",
                "--rift.turn.denied-ports=0-9 | rift.turn.denied-ports=0-9: 0-9 is no range of ports",
                "--rift.turn.alternate-servers=192.0.2.1:1,192.0.2.2:1 | rift.turn.alternate-servers: alternate servers are one of each",
                "--rift.turn.alternate-domain=a_b | rift.turn.alternate-domain: 'a_b' is no DNS name",
                "--rift.turn.realm=more-than-sixteen | rift.turn.realm: the realm 'more-than-sixteen' must have 1 to 16",
                "--rift.turn.tls.port=5349 | rift.turn.tls.port=5349: needs a certificate, so set rift.turn.tls.bundle",
                "--rift.turn.dtls.port=0 | rift.turn.dtls.port=0: needs a certificate, so set rift.turn.tls.bundle",
                "--rift.diagnostics.capture=/nowhere/at/all.pcap | rift.diagnostics.capture=/nowhere/at/all.pcap: cannot",
                "--rift.ports-file=/nowhere/at/all.json | rift.ports-file=/nowhere/at/all.json: cannot be written",
            })
    void aBadValueIsOneLine(String setting, String line) {
        assertThat(lineInThisProcess(setting)).startsWith(line).doesNotContain("\n");
    }

    @Test
    void twoSocketsOfThisServerOnOnePortAreOneLineThatNamesBoth() throws Exception {
        TestCertificate certificate = new TestCertificate(directory);
        certificate.write("rift.example");
        String[][] lineBySetting = {
            {"rift.turn.dtls.port=3478", "rift.turn.port has this UDP port already"},
            {"rift.turn.dtls.port=3479", "rift.stun.second-port has this UDP port already"},
            {"rift.turn.tls.port=3478", "rift.turn.tcp.port has this TCP port already"},
        };
        for (String[] expected : lineBySetting) {
            String key = "--" + expected[0].substring(0, expected[0].indexOf('=') + 1);
            List<String> settings = new ArrayList<>(certificate.settings());
            settings.removeIf(setting -> setting.startsWith(key));
            settings.addAll(List.of("--" + expected[0], "--rift.turn.port=3478"));
            assertThat(lineInThisProcess(settings.toArray(String[]::new))).isEqualTo(expected[0] + ": " + expected[1]);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--spring.ssl.bundle.pem.turn.options.ciphers=TYPO | cannot be used: Unsupported CipherSuite: TYPO",
                "--spring.ssl.bundle.pem.turn.options.enabled-protocols=TLSv1.4 | cannot be used: Unsupported protocol",
                "--spring.ssl.bundle.pem.turn.options.enabled-protocols=TLSv1.3 | cannot be used: DTLS 1.2 counts as",
            })
    void anOptionOfTheCertificateThatNoHandshakeCouldSucceedWithIsOneLine(String option, String reason)
            throws Exception {
        TestCertificate certificate = new TestCertificate(directory);
        certificate.write("turn");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.add(option);
        assertThat(lineInThisProcess(settings.toArray(String[]::new)))
                .startsWith("rift.turn.tls.bundle=turn: " + reason)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({"rift.turn.port, 1", "rift.turn.port, 2", "rift.stun.second-port, 2"})
    void aUdpPortInUseIsOneLine(String key, int shards) throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String setting = key + "=" + taken.getLocalPort();
            assertThat(lineInThisProcess("--" + setting, "--rift.turn.shards=" + shards))
                    .isEqualTo(setting + ": this UDP port is in use by another program, on 127.0.0.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void aTcpPortForTurnInUseIsOneLine(int shards) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String setting = "rift.turn.tcp.port=" + taken.getLocalPort();
            assertThat(lineInThisProcess("--" + setting, "--rift.turn.shards=" + shards))
                    .isEqualTo(setting + ": this TCP port is in use by another program, on 127.0.0.1");
        }
    }

    @ParameterizedTest
    @CsvSource({"server.port, server.address", "management.server.port, management.server.address"})
    void aTcpPortInUseIsOneLine(String key, String addressKey) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String setting = key + "=" + taken.getLocalPort();
            assertThat(lineInThisProcess("--" + setting, "--" + addressKey + "=127.0.0.1"))
                    .isEqualTo(setting + ": this TCP port is in use by another program");
        }
    }

    @Test
    void aSecondServerDoesNotShareThePortsOfTheFirst() {
        try (RiftServer first = RiftServer.start(arguments("--rift.turn.shards=2"))) {
            assertThat(lineInThisProcess("--rift.turn.port=" + first.ports().turn(), "--rift.turn.shards=2"))
                    .contains("in use");
        }
    }

    @Test
    void aProcessThatCannotStartPrintsTheLineAndNothingElseAndEndsWithAFailure() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(failureOfAProcess("--rift.turn.port=" + taken.getLocalPort()))
                    .contains("in use");
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failureOfAProcess("--management.server.port=" + taken.getLocalPort()))
                    .contains("in use");
        }
        assertThat(failureOfAProcess("--rift.turn.prot=1")).contains("did you mean rift.turn.port?");
        assertThat(failureOfAProcess("--rift.turn.users.alice=", "--rift.turn.users.bob=very-secret"))
                .doesNotContain("very-secret");
    }

    /** What the reporter says, without the price of a process. */
    private static String lineInThisProcess(String... settings) {
        String[] arguments = arguments(settings);
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
        PrintStream stderr = System.err;
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        try (RiftServer server = RiftServer.start(arguments)) {
            return "it started on " + server.ports();
        } catch (RuntimeException e) {
            return StartupFailure.line(e, environment);
        } finally {
            System.setErr(stderr);
        }
    }

    private static String[] arguments(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(settings));
        for (String usual : List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1")) {
            String key = usual.substring(0, usual.indexOf('=') + 1);
            if (Stream.of(settings).noneMatch(setting -> setting.startsWith(key))) {
                arguments.add(usual);
            }
        }
        return arguments.toArray(String[]::new);
    }

    private String failureOfAProcess(String... settings) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(directory, arguments(settings))) {
            assertThat(server.exitCode()).isEqualTo(1);
            assertThat(server.out()).isEmpty();
            assertThat(server.err()).startsWith("rift: ").hasLineCount(1);
            return server.err();
        }
    }
}
