package io.rift.e2e.report;

import java.io.IOException;
import java.util.List;

/** {@code docs/reports/interop.md}. */
final class InteropReport {
    private InteropReport() {}

    /** The page without the line of its date. */
    static String of(List<ServedClient> served, ClientVersions versions) throws IOException {
        StringBuilder page = new StringBuilder("# Foreign clients\n\n");
        page.append("""
                Written by `ReportsIT`, which fails when this page and the tests differ, and when a test that is listed here did
                not pass. The clients run in network namespaces of their own, the server is the packaged one in a process. Versions
                are what each client said of itself; they come with the machine and are not compared.

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
        return page.toString();
    }

    /** The page with nothing in the second column. */
    static String withoutVersions(String page) {
        return page.replaceAll("(?m)^(\\|[^|\n]*\\|)[^|\n]*\\|", "$1 |");
    }
}
