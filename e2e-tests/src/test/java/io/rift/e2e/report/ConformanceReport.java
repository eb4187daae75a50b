package io.rift.e2e.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code docs/reports/turn-conformance.md}. */
final class ConformanceReport {
    private static final Map<Integer, String> TITLE_BY_RFC = Map.ofEntries(
            Map.entry(4787, "NAT Behavioral Requirements for Unicast UDP"),
            Map.entry(5769, "Test Vectors for STUN"),
            Map.entry(5780, "NAT Behavior Discovery Using STUN"),
            Map.entry(6062, "TURN Extensions for TCP Allocations"),
            Map.entry(6263, "Keeping NAT Mappings Alive"),
            Map.entry(6347, "Datagram Transport Layer Security Version 1.2"),
            Map.entry(7301, "TLS Application-Layer Protocol Negotiation (ALPN)"),
            Map.entry(7350, "DTLS as Transport for STUN"),
            Map.entry(7443, "ALPN Labels for STUN Usages"),
            Map.entry(7983, "Multiplexing Scheme Updates for DTLS-SRTP"),
            Map.entry(8016, "Mobility with TURN"),
            Map.entry(8445, "Interactive Connectivity Establishment"),
            Map.entry(8489, "Session Traversal Utilities for NAT (STUN)"),
            Map.entry(8656, "Traversal Using Relays around NAT (TURN)"),
            Map.entry(9443, "Multiplexing Scheme Updates for QUIC"));

    private ConformanceReport() {}

    /** The page without the line of its date. */
    static String of(List<ShownRequirement> shown) {
        Map<Integer, List<ShownRequirement>> shownByRfc =
                shown.stream().collect(Collectors.groupingBy(ShownRequirement::rfc, TreeMap::new, Collectors.toList()));
        StringBuilder page = new StringBuilder("# Which test shows which requirement\n\n");
        page.append("""
                Written by `ReportsIT`, which fails when this page and the tests differ, and when a test that is listed here did
                not pass. Requirements are in our own words; the section says where they come from.

                """);
        page.append("| RFC | | requirements | tests |\n|---|---|---|---|\n");
        shownByRfc.forEach((rfc, ofRfc) -> page.append("| [%d](#rfc-%d) | %s | %d | %d |%n"
                .formatted(rfc, rfc, title(rfc), requirements(ofRfc), tests(ofRfc))));
        page.append("| all | | %d | %d |%n".formatted(requirements(shown), tests(shown)));
        shownByRfc.forEach((rfc, ofRfc) ->
                page.append("\n## RFC ").append(rfc).append("\n\n").append(table(rfc, ofRfc)));
        return page.toString();
    }

    private static String title(int rfc) {
        String title = TITLE_BY_RFC.get(rfc);
        if (title == null) {
            throw new IllegalStateException("RFC " + rfc + " has no title here");
        }
        return title;
    }

    private static String table(int rfc, List<ShownRequirement> shown) {
        Map<String, List<ShownRequirement>> shownByRequirement = shown.stream()
                .collect(
                        Collectors.groupingBy(ConformanceReport::requirement, LinkedHashMap::new, Collectors.toList()));
        StringBuilder table = new StringBuilder("| section | requirement | test |\n|---|---|---|\n");
        shownByRequirement.values().forEach(ofOne -> {
            ShownRequirement first = ofOne.getFirst();
            table.append("| [%s](https://www.rfc-editor.org/rfc/rfc%d#%s) | %s | %s |%n"
                    .formatted(
                            first.section(),
                            rfc,
                            anchor(first.section()),
                            first.text().replace("|", "\\|"),
                            ofOne.stream()
                                    .map(ConformanceReport::test)
                                    .distinct()
                                    .collect(Collectors.joining("<br>"))));
        });
        return table.toString();
    }

    private static String test(ShownRequirement shown) {
        return shown.module().getFileName() + " `" + shown.test().shortName() + "`";
    }

    private static String anchor(String section) {
        return (Character.isDigit(section.charAt(0)) ? "section-" : "appendix-") + section;
    }

    private static String requirement(ShownRequirement shown) {
        return shown.rfc() + " " + shown.section() + " " + shown.text();
    }

    private static long requirements(List<ShownRequirement> shown) {
        return shown.stream().map(ConformanceReport::requirement).distinct().count();
    }

    private static long tests(List<ShownRequirement> shown) {
        return shown.stream().map(ShownRequirement::test).distinct().count();
    }
}
