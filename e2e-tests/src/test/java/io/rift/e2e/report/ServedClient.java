package io.rift.e2e.report;

import io.rift.conformance.TestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * A line of {@code docs/reports/interop.md}.
 *
 * @param client who was served
 * @param transport how it reached the server
 * @param shows what worked
 * @param module the directory of the module whose test shows it
 * @param test the test
 */
record ServedClient(ForeignClient client, String transport, String shows, Path module, TestName test) {
    private static final Comparator<ServedClient> ORDER = Comparator.comparing(ServedClient::client)
            .thenComparing(ServedClient::transport, Comparator.comparingInt(ServedClient::rank))
            .thenComparing(ServedClient::transport)
            .thenComparing(ServedClient::shows)
            .thenComparing(each -> each.test().toString());

    private static final List<String> TRANSPORTS = List.of("UDP", "TCP", "TLS", "DTLS");

    static List<ServedClient> modulesBelow(Path home) throws IOException {
        return AnnotationScan.modulesBelow(home, Interop.class).stream()
                .map(found -> new ServedClient(
                        ForeignClient.valueOf(found.constant("client")),
                        found.text("transport"),
                        found.text("shows"),
                        found.module(),
                        found.test()))
                .sorted(ORDER)
                .toList();
    }

    private static int rank(String transport) {
        int rank = TRANSPORTS.indexOf(transport);
        return rank < 0 ? TRANSPORTS.size() : rank;
    }
}
