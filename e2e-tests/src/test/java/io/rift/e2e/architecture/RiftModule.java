package io.rift.e2e.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The modules as ARCHITECTURE.md draws them, told apart by package, each with the modules that it may use. */
enum RiftModule {
    /** Used by tests alone, so that no module may reach it. */
    CONFORMANCE(".conformance"),
    PROTOCOL(".protocol"),
    SERVER_CORE(".server.core"),
    PEER_CORE(".peer.core"),
    /** All of {@code server} that is not in its core. */
    SERVER(".server"),
    /** All of {@code peer} that is not in its core. */
    PEER_SDK(".peer"),
    CLI(".cli"),
    SIMULATION(".simulation");

    /** Modules without sockets, threads, clocks, ambient randomness, name look-ups and loggers. */
    static final Set<RiftModule> PURE = EnumSet.of(PROTOCOL, SERVER_CORE, PEER_CORE);

    private final String packageSuffix;

    RiftModule(String packageSuffix) {
        this.packageSuffix = packageSuffix;
    }

    private List<RiftModule> uses() {
        return switch (this) {
            case CONFORMANCE, PROTOCOL -> List.of();
            case SERVER_CORE, PEER_CORE -> List.of(PROTOCOL);
            case SERVER -> List.of(PROTOCOL, SERVER_CORE);
            case PEER_SDK -> List.of(PROTOCOL, PEER_CORE);
            case CLI -> List.of(PROTOCOL, PEER_SDK);
            case SIMULATION -> List.of(PROTOCOL, SERVER_CORE, PEER_CORE);
        };
    }

    /**
     * The classes of this module.
     *
     * @param root the package above all modules
     */
    DescribedPredicate<JavaClass> classes(String root) {
        return DescribedPredicate.describe("are of " + this, type -> contains(root, type));
    }

    /** The classes of this module and of those that it may use. */
    DescribedPredicate<JavaClass> classesInReach(String root) {
        List<RiftModule> inReach =
                Stream.concat(Stream.of(this), uses().stream()).toList();
        return DescribedPredicate.describe(
                "are of " + inReach, type -> inReach.stream().anyMatch(module -> module.contains(root, type)));
    }

    static boolean isWithin(String packageName, JavaClass type) {
        String name = type.getBaseComponentType().getPackageName();
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }

    private boolean contains(String root, JavaClass type) {
        return isWithin(root + packageSuffix, type)
                && !(packageSuffix.lastIndexOf('.') == 0 && isWithin(root + packageSuffix + ".core", type));
    }
}
