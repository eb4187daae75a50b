package io.rift.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.server.core.rendezvous.RendezvousSnapshot;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What the rendezvous counts. */
public final class RendezvousMetrics implements MeterBinder {

    private final Supplier<RendezvousSnapshot> snapshots;

    /**
     * Meters of a rendezvous.
     *
     * @param snapshots answers with a recent one, from any thread
     */
    public RendezvousMetrics(Supplier<RendezvousSnapshot> snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "rift.rendezvous.connections", "WebSockets that are open now", RendezvousSnapshot::connections);
        gauge(registry, "rift.rendezvous.peers", "Peers that are signed in now", RendezvousSnapshot::signedInPeers);
        gauge(registry, "rift.rendezvous.sessions", "Calls that are being set up now", RendezvousSnapshot::sessions);
        counter("rift.rendezvous.sign.ins", "Connections that signed in", RendezvousSnapshot::signIns)
                .register(registry);
        counter(
                        "rift.rendezvous.introductions",
                        "Calls that reached the called peer",
                        RendezvousSnapshot::introductions)
                .register(registry);
        counter("rift.rendezvous.messages", "Messages received", RendezvousSnapshot::messages)
                .register(registry);
        for (RendezvousErrorCode code : RendezvousErrorCode.values()) {
            counter(
                            "rift.rendezvous.errors",
                            "Errors sent to peers",
                            snapshot -> snapshot.errorsByCode().getOrDefault(code, 0L))
                    .tag("code", Labels.of(code))
                    .register(registry);
        }
    }

    private void gauge(
            MeterRegistry registry, String name, String description, ToDoubleFunction<RendezvousSnapshot> value) {
        Gauge.builder(name, snapshots, all -> value.applyAsDouble(all.get()))
                .description(description)
                .register(registry);
    }

    private FunctionCounter.Builder<Supplier<RendezvousSnapshot>> counter(
            String name, String description, ToDoubleFunction<RendezvousSnapshot> value) {
        return FunctionCounter.builder(name, snapshots, all -> value.applyAsDouble(all.get()))
                .description(description);
    }
}
