package io.rift.e2e.report;

import io.rift.conformance.Reported;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says on a test which foreign client it shows to work with our server: a line of {@code docs/reports/interop.md}. */
@Documented
@Reported
@Repeatable(Interops.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Interop {
    /** Who is served. */
    ForeignClient client();

    /** How it reaches the server. */
    String transport();

    /** What worked. */
    String shows();
}
