package io.rift.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Leaves the outcome of each test that a report speaks of. The platform finds it by {@code ServiceLoader}. */
public final class ReportedListener implements TestExecutionListener {
    private final Outcomes outcomes;
    private final Map<TestName, Outcome> outcomeByTest =
            new ConcurrentSkipListMap<>(Comparator.comparing(TestName::toString));

    /** For the module in whose directory the tests run. */
    public ReportedListener() {
        this(Outcomes.ofModule(Path.of(System.getProperty("basedir", ""))));
    }

    ReportedListener(Outcomes outcomes) {
        this.outcomes = outcomes;
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        switch (result.getStatus()) {
            // A container that succeeds says nothing of its tests, which speak for themselves.
            case SUCCESSFUL -> {
                if (identifier.isTest()) {
                    add(identifier, Outcome.PASSED);
                }
            }
            case ABORTED -> add(identifier, Outcome.SKIPPED);
            case FAILED -> add(identifier, Outcome.FAILED);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier identifier, String reason) {
        add(identifier, Outcome.SKIPPED);
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        outcomeByTest.forEach((test, outcome) -> {
            try {
                outcomes.put(test, outcome);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        outcomeByTest.clear();
    }

    private void add(TestIdentifier identifier, Outcome outcome) {
        identifier.getSource().ifPresent(source -> {
            if (source instanceof MethodSource method) {
                add(method.getJavaMethod(), outcome);
                add(method.getJavaClass(), outcome);
            } else if (source instanceof ClassSource type) {
                addWithMembers(type.getJavaClass(), outcome);
            }
        });
    }

    /** Tests of a class that was skipped or failed as a whole are never heard of. */
    private void addWithMembers(Class<?> type, Outcome outcome) {
        add(type, outcome);
        for (Method method : type.getDeclaredMethods()) {
            add(method, outcome);
        }
        for (Class<?> member : type.getDeclaredClasses()) {
            addWithMembers(member, outcome);
        }
    }

    private void add(Class<?> type, Outcome outcome) {
        add(type, new TestName(type.getName(), ""), outcome);
    }

    private void add(Method method, Outcome outcome) {
        add(method, new TestName(method.getDeclaringClass().getName(), method.getName()), outcome);
    }

    private void add(AnnotatedElement element, TestName test, Outcome outcome) {
        if (Arrays.stream(element.getDeclaredAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(Reported.class))) {
            outcomeByTest.merge(test, outcome, Outcome::worse);
        }
    }
}
