package io.rift.server.health;

import io.rift.protocol.TransportAddress;
import io.rift.server.socket.TurnSockets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Up when every listening address answers a real STUN Binding request with the right mapped address, and every event
 * loop answers, within a second. The kernel hands the request to one of the shards of an address, so the loops are
 * asked, too.
 */
public final class StunHealth extends AbstractHealthIndicator {

    /** How long the whole check may take. */
    static final long TIMEOUT_MILLIS = 1000;

    private final TurnSockets sockets;

    /** The health of these sockets. */
    public StunHealth(TurnSockets sockets) {
        super("the check itself failed");
        this.sockets = sockets;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        List<TransportAddress> silent = silent(deadlineNanos);
        boolean alive =
                sockets.shardsAreAlive(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
        if (alive && silent.isEmpty()) {
            health.up();
        } else {
            health.down()
                    .withDetail(
                            "silent",
                            silent.stream().map(TransportAddress::toString).toList())
                    .withDetail("eventLoops", alive ? "alive" : "stuck, or with a closed socket");
        }
    }

    /** The listening addresses that do not answer. All are asked at once. */
    private List<TransportAddress> silent(long deadlineNanos) {
        Map<TransportAddress, StunProbe> probeByServer = new LinkedHashMap<>();
        List<TransportAddress> silent = new ArrayList<>();
        try {
            for (TransportAddress server : sockets.listening()) {
                try {
                    probeByServer.put(server, StunProbe.send(server));
                } catch (IOException e) {
                    silent.add(server);
                }
            }
            probeByServer.forEach((server, probe) -> {
                if (!probe.isAnswered(deadlineNanos)) {
                    silent.add(server);
                }
            });
            return silent;
        } finally {
            probeByServer.values().forEach(StunProbe::close);
        }
    }
}
