package io.rift.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.server.core.rendezvous.Outcome;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** How peers came to talk to each other, as the calling one reports it. */
public final class ConnectionMetrics {

    private static final Duration[] TIME_BUCKETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private record Kind(ConnectionPath path, NatKind localNat, NatKind remoteNat) {}

    private final Map<Kind, Counter> counterByKind = new LinkedHashMap<>();
    private final Map<ConnectionPath, Timer> timerByPath = new EnumMap<>(ConnectionPath.class);

    /** Registers every series with 0. */
    public ConnectionMetrics(MeterRegistry registry) {
        for (ConnectionPath path : ConnectionPath.values()) {
            timerByPath.put(
                    path,
                    Timer.builder("rift.connection.time")
                            .description("From the first message of a call to its end: data flows, or it failed")
                            .tag("path", path.wireName())
                            .serviceLevelObjectives(TIME_BUCKETS)
                            .register(registry));
            for (NatKind local : NatKind.values()) {
                for (NatKind remote : NatKind.values()) {
                    counterByKind.put(
                            new Kind(path, local, remote),
                            Counter.builder("rift.connections")
                                    .description("Connection attempts that ended, as reported by the calling peer")
                                    .tag("path", path.wireName())
                                    .tag("local_nat", local.wireName())
                                    .tag("remote_nat", remote.wireName())
                                    .register(registry));
                }
            }
        }
    }

    /** Counts one. */
    public void record(Outcome outcome) {
        Kind kind = new Kind(outcome.path(), outcome.localNat(), outcome.remoteNat());
        Objects.requireNonNull(counterByKind.get(kind)).increment();
        Objects.requireNonNull(timerByPath.get(outcome.path())).record(Duration.ofMillis(outcome.millis()));
    }
}
