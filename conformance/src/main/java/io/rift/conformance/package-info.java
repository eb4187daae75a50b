/**
 * Ties tests to the requirements of RFCs that they show. A test says so with {@link io.rift.conformance.Requirement};
 * the outcome of each such test is left in its module's {@code target/conformance}, and the last module of the build
 * compares what it finds there with {@code docs/reports/turn-conformance.md}. What a test needs of the machine it says
 * with {@link io.rift.conformance.Needed}.
 */
@NullMarked
package io.rift.conformance;

import org.jspecify.annotations.NullMarked;
