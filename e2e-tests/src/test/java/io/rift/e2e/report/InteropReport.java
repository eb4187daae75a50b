package io.rift.e2e.report;

import java.io.IOException;
import java.util.List;

/** {@code docs/reports/interop.md}. */
final class InteropReport {
    private static final String NOT_SHOWN = """
            - `turnutils_rfc5769check`: Debian's package does not have it, and it checks no server but coturn's own code. The vectors
              of RFC 5769 are in our `Rfc5769Test`.
            - `turnutils_stunclient` where NAT discovery (RFC 5780) is on: it takes that for leave to use RESPONSE-PORT, which our
              server grants only with credentials, and waits for ever. `turnutils_natdiscovery` does without.
            - `turnutils_uclient -M` (mobility, RFC 8016): works on an idle machine, but on a loaded one it sends a ticket twice,
              the second time from where its allocation is by then, and RFC 8016 has that answered with 400.
            """;

    private InteropReport() {}

    /** The page without the line of its date. */
    static String of(List<ServedClient> served, ClientVersions versions) throws IOException {
        StringBuilder page = new StringBuilder("# Foreign clients\n\n");
        page.append("""
                Written by `ReportsIT`, which fails when this page and the tests differ, and when a test that is listed here did
                not pass. The server is the packaged one in a process, and the clients reach it from network namespaces of their
                own, but for those of `TurnutilsLoopbackIT`, which are on loopback. `turnutils_uclient` binds channels up to
                0x7FFF as in RFC 5766, so for coturn's clients the server has `rift.turn.highest-channel=0x7FFF`; RFC 8656
                ends them at 0x4FFF, and so does the default, which serves the others. Versions are what each client said of
                itself; they come with the machine and are not compared.

                | client | version | transport | what was shown | result | test |
                |---|---|---|---|---|---|
                """);
        for (ServedClient each : served) {
            page.append("| %s | %s | %s | %s | passed | `%s` |%n"
                    .formatted(
                            each.client().title(),
                            versions.of(each.client()),
                            each.transport(),
                            each.shows(),
                            each.test().shortName()));
        }
        page.append("""

                Not shown, and why:

                - Dual allocation with a foreign client: `turnutils_uclient -Z`, coturn %s, asks by an attribute 0x8032, which is not
                  the one of RFC 8656 (0x8000), so that our server ignores it as it ignores everything optional that it does not know.
                """.formatted(versions.of(ForeignClient.TURNUTILS_UCLIENT)));
        return page.append(NOT_SHOWN).toString();
    }

    /** The page with nothing in the second column, and no version in the text. */
    static String withoutVersions(String page) {
        return page.replaceAll("(?m)^(\\|[^|\n]*\\|)[^|\n]*\\|", "$1 |").replaceAll(", coturn [^,\n]*,", ", coturn,");
    }
}
