package io.rift.e2e.architecture.bad.server;

import io.micrometer.core.instrument.MeterRegistry;

/** Micrometer outside the metrics package. */
final class UsesMicrometer {
    MeterRegistry wrong;
}
