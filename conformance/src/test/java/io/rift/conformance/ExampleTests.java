package io.rift.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of every outcome, for {@link ReportedListenerTest} to run. */
final class ExampleTests {
    private ExampleTests() {}

    private static void end(Outcome outcome) {
        switch (outcome) {
            case PASSED -> assertTrue(true);
            case SKIPPED -> abort("as an example");
            case FAILED -> fail("as an example");
        }
    }

    static class Methods {
        @Test
        void shows() {
            end(Outcome.PASSED);
        }

        @Test
        @Requirement(rfc = 1, section = "1", text = "a")
        void passes() {
            end(Outcome.PASSED);
        }

        @Test
        @Requirement(rfc = 1, section = "1", text = "a")
        @Requirement(rfc = 1, section = "1", text = "b")
        void fails() {
            end(Outcome.FAILED);
        }

        @Test
        @Requirement(rfc = 1, section = "1", text = "a")
        void skips() {
            end(Outcome.SKIPPED);
        }

        @Test
        @Disabled("as an example")
        @Requirement(rfc = 1, section = "1", text = "a")
        void isDisabled() {
            end(Outcome.PASSED);
        }

        @ParameterizedTest
        @EnumSource(names = "PASSED")
        @Requirement(rfc = 1, section = "1", text = "a")
        void passesOnce(Outcome outcome) {
            end(outcome);
        }

        @ParameterizedTest
        @EnumSource(names = {"PASSED", "SKIPPED"})
        @Requirement(rfc = 1, section = "1", text = "a")
        void passesAndSkips(Outcome outcome) {
            end(outcome);
        }

        @ParameterizedTest
        @EnumSource(names = {"SKIPPED", "FAILED"})
        @Requirement(rfc = 1, section = "1", text = "a")
        void skipsAndFails(Outcome outcome) {
            end(outcome);
        }

        @ParameterizedTest
        @MethodSource("nothing")
        @Requirement(rfc = 1, section = "1", text = "a")
        void hasNoArguments(Outcome outcome) {
            end(outcome);
        }

        static Stream<Outcome> nothing() {
            return Stream.empty();
        }
    }

    @Requirement(rfc = 1, section = "1", text = "a")
    static class GoodClass {
        @Test
        void passes() {
            end(Outcome.PASSED);
        }
    }

    @Requirement(rfc = 1, section = "1", text = "a")
    static class BadClass {
        @Test
        void passes() {
            end(Outcome.PASSED);
        }

        @Test
        void fails() {
            end(Outcome.FAILED);
        }
    }

    static class SkippedClass {
        @BeforeAll
        static void abortAll() {
            abort("as an example");
        }

        @Test
        @Requirement(rfc = 1, section = "1", text = "a")
        void neverRuns() {
            end(Outcome.PASSED);
        }

        @Nested
        class Inner {
            @Test
            @Requirement(rfc = 1, section = "1", text = "a")
            void neverRunsEither() {
                end(Outcome.PASSED);
            }
        }
    }
}
