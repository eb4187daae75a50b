package io.rift.conformance;

/** How a test ended. Of several runs of a parameterized test the last of this order counts. */
public enum Outcome {
    /** It ran and passed. */
    PASSED,
    /** It did not run to its end, because something was missing. */
    SKIPPED,
    /** It failed. */
    FAILED;

    Outcome worse(Outcome other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
