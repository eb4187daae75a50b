package io.rift.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives a test its simulated worlds, prints the seeds of each class, and adds seed and trace to the message of a failure.
 *
 * <p>{@code -Dseed=7} runs one seed instead of a test's own; {@code -Dseeds=200} runs that many, to search for trouble:
 * {@code ./mvnw -pl simulation -am test -Dtest=LossSimulationTest -Dsurefire.failIfNoSpecifiedTests=false -Dseeds=200}.
 */
final class Simulations implements TestExecutionExceptionHandler, AfterEachCallback {
    private static final int TRACE_LINES = 120;
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Simulations.class);

    private final List<Internet> worlds = new ArrayList<>();

    /** A new world from a seed. */
    Internet internet(long seed) {
        return remember(new Internet(seed));
    }

    /** A new world from a seed whose monotonic clock starts at the given instant. */
    Internet internet(long seed, long startNanos) {
        return remember(new Internet(seed, startNanos));
    }

    private Internet remember(Internet internet) {
        worlds.add(internet);
        return internet;
    }

    /** The seeds to run: those given, unless the command line says otherwise. */
    static LongStream seeds(long... usual) {
        Long seed = Long.getLong("seed");
        Integer count = Integer.getInteger("seeds");
        if (seed == null && count == null) {
            return LongStream.of(usual);
        }
        long first = seed == null ? usual[0] : seed;
        return LongStream.range(first, first + (count == null ? 1 : count));
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        StringBuilder message = new StringBuilder(String.valueOf(thrown.getMessage()));
        for (Internet world : worlds) {
            long seed = world.network().seed();
            message.append("\n\nReplay with -Dseed=").append(seed);
            message.append("; the last of ").append(world.network().trace().events());
            message.append(" events:\n").append(world.network().trace().last(TRACE_LINES));
        }
        AssertionError failure = new AssertionError(message.toString(), thrown);
        failure.setStackTrace(thrown.getStackTrace());
        throw failure;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Summary summary = classOf(context)
                .getStore(NAMESPACE)
                .computeIfAbsent("summary", key -> new Summary(context.getRequiredTestClass()), Summary.class);
        worlds.forEach(summary::add);
        worlds.clear();
    }

    private static ExtensionContext classOf(ExtensionContext context) {
        ExtensionContext above = context;
        while (above.getTestMethod().isPresent()) {
            above = above.getParent().orElseThrow();
        }
        return above;
    }

    /** One line for each test class, when it ends. */
    private static final class Summary implements AutoCloseable {
        private final Class<?> testClass;
        private final TreeSet<Long> seeds = new TreeSet<>();
        private int worlds;
        private long events;
        private long virtualNanos;

        private Summary(Class<?> testClass) {
            this.testClass = testClass;
        }

        private void add(Internet world) {
            worlds++;
            seeds.add(world.network().seed());
            events += world.network().trace().events();
            virtualNanos += world.network().time().elapsedNanos();
        }

        @Override
        public void close() {
            System.out.println(testClass.getSimpleName() + ": " + worlds + " worlds, seeds " + seeds + ", " + events
                    + " packet events in " + virtualNanos / 1_000_000_000L + " virtual seconds");
        }
    }
}
