package io.rift.conformance;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A requirement of an RFC that a test shows. On a class it says that all tests of the class together show it.
 *
 * <p>The same {@link #text} of the same section on several tests is one requirement with several tests.
 */
@Documented
@Reported
@Repeatable(Requirements.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Requirement {
    /** The number of the RFC. */
    int rfc();

    /** The section that asks for it, such as {@code 7.2} or {@code A.1}. */
    String section();

    /** What is asked for, in one sentence of our own words without a full stop. */
    String text();
}
