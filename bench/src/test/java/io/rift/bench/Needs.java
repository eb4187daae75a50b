package io.rift.bench;

import static org.junit.jupiter.api.Assertions.fail;

import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine. Without it the test is skipped and says why; with CI=true in the environment it fails. */
public final class Needs {

    private Needs() {}

    /** Network namespaces. */
    public static void lab() {
        NatLab.obstacle().ifPresent(Needs::missing);
    }

    /** What only Linux tells of a process. */
    public static void linux() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            missing("/proc needs Linux");
        }
    }

    /** More than one core. */
    public static void twoCores() {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            missing("there is only one core");
        }
    }

    /** Programs of the system, by name. */
    public static void programs(String... names) {
        for (String name : names) {
            if (Programs.find(name).isEmpty()) {
                missing("the program '" + name + "' is not installed");
            }
        }
    }

    /** The root of the project, from which everything is built. */
    public static Path home() {
        return Path.of(System.getProperty("rift.home", "..")).toAbsolutePath().normalize();
    }

    private static void missing(String what) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            fail("On CI nothing is skipped, but " + what);
        }
        Assumptions.abort("skipped: " + what);
    }
}
