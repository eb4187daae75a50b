package io.rift.server;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says on stderr, in one line, why the server did not start. Spring Boot's own report spans many lines and goes to the
 * log; with {@code logging.level.io.rift=DEBUG} the stack trace is there.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartupFailureReporter implements SpringBootExceptionReporter {

    private static final Logger LOG = LoggerFactory.getLogger(StartupFailureReporter.class);

    private final @Nullable ConfigurableApplicationContext context;

    StartupFailureReporter(@Nullable ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public boolean reportException(Throwable failure) {
        LOG.debug("start failed", failure);
        System.err.println("rift: " + StartupFailure.line(failure, context == null ? null : context.getEnvironment()));
        return true;
    }
}
