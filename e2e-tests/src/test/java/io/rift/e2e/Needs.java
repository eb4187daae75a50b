package io.rift.e2e;

import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.conformance.Needed;
import java.nio.file.Path;

/** What the tests here need of the machine, or are skipped without as {@link Needed} says. */
public final class Needs {

    private Needs() {}

    /** Network namespaces and NATs. */
    public static void lab() {
        NatLab.obstacle().ifPresent(obstacle -> Needed.that(false, obstacle));
    }

    /** Programs of the system, by name. */
    public static void programs(String... names) {
        for (String name : names) {
            Needed.that(Programs.find(name).isPresent(), "the program '" + name + "' is not installed");
        }
    }

    /** The root of the project, from which everything is built. */
    public static Path home() {
        return Path.of(System.getProperty("rift.home", "..")).toAbsolutePath().normalize();
    }
}
