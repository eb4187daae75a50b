package io.rift.e2e.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the pure modules may and may not touch outside Rift. */
final class PureCode {
    /** Whole packages of java.base: data, text, numbers, collections, cryptography. */
    private static final Set<String> JDK_PACKAGES = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke",
            "java.lang.runtime",
            "java.math",
            "java.nio",
            "java.nio.charset",
            "java.security",
            "java.security.spec",
            "java.util",
            "java.util.function",
            "java.util.random",
            "java.util.stream",
            "javax.crypto",
            "javax.crypto.spec");

    /** Of further packages these classes, which hold data or report failure: no files, sockets and clocks. */
    private static final Set<String> JDK_CLASSES = Set.of(
            "java.io.IOException",
            "java.io.UncheckedIOException",
            "java.io.Serializable",
            "java.io.StringWriter",
            "java.io.Writer",
            "java.net.InetAddress",
            "java.net.InetSocketAddress",
            "java.net.UnknownHostException",
            "java.time.Duration",
            "java.util.concurrent.TimeUnit",
            "java.util.zip.CRC32");

    /** Classes of the packages above that are a door to the outside or need more than one thread. */
    private static final Set<String> AMBIENT_CLASSES = Set.of(
            "java.lang.InheritableThreadLocal",
            "java.lang.Process",
            "java.lang.ProcessBuilder",
            "java.lang.Runtime",
            "java.lang.Thread",
            "java.lang.ThreadGroup",
            "java.lang.ThreadLocal",
            "java.security.SecureRandom",
            "java.util.Calendar",
            "java.util.Date",
            "java.util.Scanner",
            "java.util.Timer",
            "java.util.TimeZone");

    /** Methods by their owner and name, in every overload. */
    private static final Set<String> AMBIENT_METHODS = Set.of(
            "java.lang.Math.random",
            "java.lang.StrictMath.random",
            "java.lang.Object.notify",
            "java.lang.Object.notifyAll",
            "java.lang.Object.wait",
            "java.lang.System.console",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.exit",
            "java.lang.System.getenv",
            "java.lang.System.getLogger",
            "java.lang.System.getProperties",
            "java.lang.System.getProperty",
            "java.lang.System.identityHashCode",
            "java.lang.System.nanoTime",
            "java.net.InetAddress.getAllByName",
            "java.net.InetAddress.getByName",
            "java.net.InetAddress.getCanonicalHostName",
            "java.net.InetAddress.getHostName",
            "java.net.InetAddress.getLocalHost",
            "java.net.InetAddress.isReachable",
            "java.net.InetSocketAddress.getHostName",
            "java.util.Locale.getDefault",
            "java.util.UUID.randomUUID",
            "java.util.concurrent.TimeUnit.sleep",
            "java.util.concurrent.TimeUnit.timedJoin",
            "java.util.concurrent.TimeUnit.timedWait",
            "java.util.random.RandomGenerator.getDefault",
            "java.util.random.RandomGenerator.of");

    /** Overloads whose siblings are harmless: seeded by the clock, or looking up a name. */
    private static final Set<String> AMBIENT_OVERLOADS = Set.of(
            "java.util.Random.<init>()",
            "java.util.SplittableRandom.<init>()",
            "java.util.Collections.shuffle(java.util.List)",
            "java.net.InetSocketAddress.<init>(java.lang.String, int)");

    /** Streams of System are fields. */
    private static final Set<String> AMBIENT_FIELDS =
            Set.of("java.lang.System.in", "java.lang.System.out", "java.lang.System.err");

    /** Libraries by the packages of ours, below the root, that may use them. */
    private static final Map<String, List<String>> OUR_PACKAGES_BY_LIBRARY = Map.of(
            "org.jspecify.annotations", List.of(".protocol", ".server.core", ".peer.core"),
            "org.bouncycastle", List.of(".server.core", ".peer.core"),
            "tools.jackson.core", List.of(".protocol.rendezvous"));

    private PureCode() {}

    /** Holds for what pure code may use of the JDK. */
    static DescribedPredicate<JavaClass> allowedOfTheJdk() {
        return describe("are data, text, numbers, collections or cryptography of java.base", type -> {
            JavaClass component = type.getBaseComponentType();
            if (component.isPrimitive()) {
                return true;
            }
            if (AMBIENT_CLASSES.contains(component.getName())) {
                return false;
            }
            return JDK_PACKAGES.contains(component.getPackageName()) || JDK_CLASSES.contains(component.getName());
        });
    }

    /** Each class depends only on libraries that its own package may use. */
    static ArchCondition<JavaClass> useOnlyItsLibraries(String root, DescribedPredicate<JavaClass> otherwiseAllowed) {
        return new ArchCondition<>(
                "use nothing else than " + otherwiseAllowed.getDescription() + " and its libraries") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().forEach(dependency -> {
                    JavaClass target = dependency.getTargetClass();
                    if (!otherwiseAllowed.test(target) && !isLibraryOf(root, type, target)) {
                        events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                    }
                });
            }
        };
    }

    /** No call or method reference to anything that brings in time, randomness, names or the environment. */
    static ArchCondition<JavaClass> touchNothingAmbient() {
        return new ArchCondition<>("touch nothing ambient") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getAccessesFromSelf().stream()
                        .filter(PureCode::isAmbient)
                        .forEach(access -> events.add(SimpleConditionEvent.violated(access, access.getDescription())));
            }
        };
    }

    private static boolean isLibraryOf(String root, JavaClass type, JavaClass target) {
        return OUR_PACKAGES_BY_LIBRARY.entrySet().stream()
                .anyMatch(library -> RiftModule.isWithin(library.getKey(), target)
                        && library.getValue().stream().anyMatch(ours -> RiftModule.isWithin(root + ours, type)));
    }

    private static boolean isAmbient(JavaAccess<?> access) {
        String method = access.getTargetOwner().getName() + "." + access.getName();
        return AMBIENT_METHODS.contains(method)
                || AMBIENT_FIELDS.contains(method)
                || AMBIENT_OVERLOADS.contains(access.getTarget().getFullName());
    }
}
