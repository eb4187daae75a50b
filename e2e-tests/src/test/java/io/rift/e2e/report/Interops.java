package io.rift.e2e.report;

import io.rift.conformance.Reported;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Several lines of the report from one test. */
@Documented
@Reported
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Interops {
    /** All of them. */
    Interop[] value();
}
