package io.rift.conformance;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class NeededTest {
    @Test
    void whatIsMissingSkipsATestAndFailsItOnCi() {
        assertThatExceptionOfType(TestAbortedException.class)
                .isThrownBy(() -> Needed.check(false, "there is no moon", false))
                .withMessage("skipped: there is no moon");
        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> Needed.check(false, "there is no moon", true))
                .withMessage("On CI nothing is skipped, but there is no moon");
    }

    @Test
    void whatIsThereHindersNothing() {
        assertThatCode(() -> Needed.check(true, "there is no moon", true)).doesNotThrowAnyException();
        assertThatCode(() -> Needed.check(true, "there is no moon", false)).doesNotThrowAnyException();
    }
}
