package io.rift.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rift.server.admin.AdminGate;
import io.rift.server.admin.Operator;
import io.rift.server.reload.Reload;
import org.jspecify.annotations.Nullable;

/** What operators do. */
public final class OperationMetrics implements MeterBinder {

    private final Operator operator;
    private final Reload reload;
    private final @Nullable AdminGate gate;

    /**
     * Meters.
     *
     * @param gate null where there is no admin API
     */
    public OperationMetrics(Operator operator, Reload reload, @Nullable AdminGate gate) {
        this.operator = operator;
        this.reload = reload;
        this.gate = gate;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("rift.admin.ended", operator, Operator::ended)
                .description("Allocations that an operator has ended")
                .register(registry);
        Gauge.builder("rift.admin.revocations", operator, Operator::revoked)
                .description("Users that an operator has revoked, now")
                .register(registry);
        if (gate != null) {
            FunctionCounter.builder("rift.admin.refused", gate, AdminGate::refused)
                    .description("Requests to the admin API without the right token")
                    .register(registry);
        }
        reloads(registry, "applied", Reload::applied);
        reloads(registry, "refused", Reload::refused);
    }

    private void reloads(MeterRegistry registry, String result, java.util.function.ToDoubleFunction<Reload> value) {
        FunctionCounter.builder("rift.reloads", reload, value)
                .description("Reloads of the configuration")
                .tag("result", result)
                .register(registry);
    }
}
