package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.simulation.network.VirtualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/nat-matrix.md} says what the simulation measures. When it does not, this test fails and leaves the page as
 * it should be in {@code simulation/target/nat-matrix.md}.
 */
class NatMatrixDocumentTest {
    private static final long SEED = 1;
    private static final String DATE_LINE = "Measured on ";

    @Test
    void theCommittedTableIsTheMeasuredOne() throws IOException {
        Path committed = repository().resolve("docs").resolve("nat-matrix.md");
        Path measured = repository().resolve("simulation").resolve("target").resolve("nat-matrix.md");
        String page = page();
        Files.createDirectories(measured.getParent());
        Files.writeString(measured, page);

        assertThat(withoutDate(Files.exists(committed) ? Files.readString(committed) : ""))
                .as("%s; if the new one is right, copy %s there", committed, measured)
                .isEqualTo(withoutDate(page));
    }

    private static String page() {
        StringBuilder page = new StringBuilder();
        page.append("""
                # Which NAT pairs are joined directly

                Written by `NatMatrixDocumentTest`, which fails when this page and the simulation differ. Two whole peers \
                and a whole server,
                without their sockets, call each other across simulated NATs; ports are handed out at random, \
                there is no loss.

                Terms of RFC 4787: **EIM**, **ADM**, **APDM** = endpoint-independent, address-dependent, address-and-port-\
                dependent mapping;
                **EIF**, **ADF**, **APDF** = the same of filtering. **FW** = a public address behind a firewall that \
                filters as APDF does.
                The STUN server is on a third address. Each NAT has one external address.

                Each cell: what to expect, and the path that was found. The row calls, the column is called.

                - **D** direct. **D\\*** direct, but only with peer-reflexive candidates (RFC 8445 section 7.3.1.3).
                - **P** direct by port prediction or a birthday search, which Rift does not have yet: relayed today.
                - **R** relayed; direct only if both NATs hand out ports predictably.
                - **+** packets arrive one way only.
                - `host`, `srflx`, `prflx`: the worse of the two candidate types of the path; `turn`: through the relay.

                """);
        page.append(DATE_LINE)
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(" with seed ")
                .append(SEED)
                .append(".\n\n")
                .append(matrix())
                .append("""

                        ## How a site looks to its peer

                        A peer asks two ports of one STUN server where it comes from. That tells whether the mapping \
                        depends on the port; whether it
                        depends on the address alone, a second address of the server would have to tell. Operators see \
                        these kinds in
                        `rift_connections_total`.

                        """)
                .append(natKinds());
        return page.toString();
    }

    private static String matrix() {
        StringBuilder table = new StringBuilder("| |");
        NatKinds.ALL.forEach(kind -> table.append(' ').append(kind).append(" |"));
        table.append("\n|---|").append("---|".repeat(NatKinds.ALL.size())).append('\n');
        for (NatKinds.Kind a : NatKinds.ALL) {
            table.append("| **").append(a).append("** |");
            for (NatKinds.Kind b : NatKinds.ALL) {
                NatKinds.Pair pair = new NatKinds.Pair(a, b);
                String expected = pair.expected().toString().replace("*", "\\*");
                table.append(' ')
                        .append(expected)
                        .append(' ')
                        .append(measured(pair))
                        .append(" |");
            }
            table.append('\n');
        }
        return table.toString();
    }

    private static String measured(NatKinds.Pair pair) {
        Call call = new Call(new Internet(SEED), pair.a().site(), pair.b().site());
        call.connect();
        call.run(Duration.ofSeconds(10));
        return call.outgoing().path().pathKind().connectionPath().wireName();
    }

    private static String natKinds() {
        return NatKinds.ALL.stream()
                .map(kind -> "| " + kind + " | " + reported(kind.site()) + " |\n")
                .collect(Collectors.joining("", "| site | reported |\n|---|---|\n", ""));
    }

    private static String reported(Site site) {
        Internet internet = new Internet(SEED);
        PeerNode peer = new PeerNode(internet, new ServerNode(internet), internet.site("a", site));
        VirtualTime time = internet.network().time();
        time.run(Duration.ofSeconds(10).toNanos());
        return peer.endpoint().natKind().wireName();
    }

    private static String withoutDate(String page) {
        return page.lines().filter(line -> !line.startsWith(DATE_LINE)).collect(Collectors.joining("\n"));
    }

    private static Path repository() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("mvnw"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new UncheckedIOException(new IOException("not inside the repository"));
        }
        return directory;
    }
}
