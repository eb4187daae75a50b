package io.rift.conformance;

import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * What a test needs of the machine. Without it the test is skipped and says why; with {@code CI=true} in the environment
 * it fails, as nothing is skipped there.
 */
public final class Needed {
    private Needed() {}

    /**
     * Goes on only if it is there.
     *
     * @param absence says what is missing, such as {@code this machine has no ::1}
     */
    public static void that(boolean present, String absence) {
        check(present, absence, Boolean.parseBoolean(System.getenv("CI")));
    }

    static void check(boolean present, String absence, boolean onCi) {
        if (present) {
            return;
        }
        if (onCi) {
            throw new AssertionFailedError("On CI nothing is skipped, but " + absence);
        }
        throw new TestAbortedException("skipped: " + absence);
    }
}
