package io.rift.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives a test its simulated worlds, prints the seed of each, and adds seed and trace to the message of a failure.
 *
 * <p>{@code -Dseed=7} runs one seed instead of a test's own; {@code -Dseeds=200} runs that many from there on, to search
 * for trouble: {@code ./mvnw -pl simulation -am test -Dtest=LossSimulationTest -Dseeds=200}.
 */
final class Simulations implements TestExecutionExceptionHandler, AfterEachCallback {
    private static final int TRACE_LINES = 120;

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
        for (Internet world : worlds) {
            System.out.println(context.getRequiredTestClass().getSimpleName() + " " + context.getDisplayName()
                    + ": seed " + world.network().seed() + ", "
                    + world.network().trace().events() + " events in "
                    + world.network().time().elapsedNanos() / 1_000_000 + " ms");
        }
        worlds.clear();
    }
}
