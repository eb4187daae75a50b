package io.rift.simulation;

import static io.rift.simulation.network.NatBehavior.Filtering;
import static io.rift.simulation.network.NatBehavior.Mapping;

import java.util.ArrayList;
import java.util.List;

/** The kinds of sites of docs/nat-matrix.md, and what to expect of each pair of them. */
final class NatKinds {
    /** Whether two kinds of sites can be joined. */
    enum Expected {
        /** Direct. */
        D("D"),
        /** Direct, with the help of peer-reflexive candidates. */
        D_STAR("D*"),
        /** Relayed today; direct one day by port prediction or a birthday search. */
        P("P"),
        /** As P; packets arrive one way only. */
        P_PLUS("P+"),
        /** Relayed. */
        R("R"),
        /** As R; packets arrive one way only. */
        R_PLUS("R+");

        private final String text;

        Expected(String text) {
            this.text = text;
        }

        /** Without port prediction, only D and D* are direct. */
        boolean isDirectToday() {
            return switch (this) {
                case D, D_STAR -> true;
                case P, P_PLUS, R, R_PLUS -> false;
            };
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * One kind of site.
     *
     * @param site an example of it
     * @param column its place in {@link #EXPECTED}
     */
    record Kind(Site site, int column) {
        @Override
        public String toString() {
            return site.toString();
        }
    }

    /**
     * Two kinds of sites.
     *
     * @param a of the peer that connects
     * @param b of the peer that is called
     */
    record Pair(Kind a, Kind b) {
        Expected expected() {
            return EXPECTED.get(a.column()).get(b.column());
        }

        @Override
        public String toString() {
            return a + " x " + b;
        }
    }

    static final List<Kind> ALL = List.of(
            new Kind(new Site.Public(), 0),
            new Kind(Site.firewalled(), 1),
            new Kind(Site.behind(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT), 1),
            new Kind(Site.behind(Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT), 2),
            new Kind(Site.behind(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_DEPENDENT), 2),
            new Kind(Site.behind(Mapping.ADDRESS_DEPENDENT, Filtering.ENDPOINT_INDEPENDENT), 3),
            new Kind(Site.behind(Mapping.ADDRESS_DEPENDENT, Filtering.ADDRESS_DEPENDENT), 4),
            new Kind(Site.behind(Mapping.ADDRESS_DEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT), 5),
            new Kind(Site.behind(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ENDPOINT_INDEPENDENT), 6),
            new Kind(Site.behind(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_DEPENDENT), 7),
            new Kind(Site.behind(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT), 8));

    /** By {@link Kind#column}. Symmetric: who connects does not matter. */
    private static final List<List<Expected>> EXPECTED = parse("""
            D   D   D   D*  D*  D*  D*  D*  D*
            D   D   D   P+  P   P   P+  P   P
            D   D   D   D*  D*  D*  D*  D*  D*
            D*  P+  D*  D*  D*  R+  D*  D*  R+
            D*  P   D*  D*  R   R   D*  R   R
            D*  P   D*  R+  R   R   R+  R   R
            D*  P+  D*  D*  D*  R+  R+  R+  R+
            D*  P   D*  D*  R   R   R+  R   R
            D*  P   D*  R+  R   R   R+  R   R
            """);

    private NatKinds() {}

    /** Every kind calls every kind. */
    static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (Kind a : ALL) {
            for (Kind b : ALL) {
                pairs.add(new Pair(a, b));
            }
        }
        return pairs;
    }

    private static List<List<Expected>> parse(String table) {
        return table.lines()
                .map(line -> List.of(line.split(" +")).stream()
                        .map(NatKinds::parseCell)
                        .toList())
                .toList();
    }

    private static Expected parseCell(String text) {
        for (Expected expected : Expected.values()) {
            if (expected.text.equals(text)) {
                return expected;
            }
        }
        throw new IllegalArgumentException(text);
    }
}
