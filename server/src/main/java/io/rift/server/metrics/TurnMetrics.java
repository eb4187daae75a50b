package io.rift.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.DropReason;
import io.rift.server.core.turn.Quota;
import io.rift.server.core.turn.TurnCounters;
import io.rift.server.socket.ConnectionEnd;
import io.rift.server.socket.ShardCounters;
import io.rift.server.socket.SocketDrop;
import io.rift.server.socket.TurnSockets;
import java.util.function.ToDoubleFunction;

/** STUN and TURN, summed over the shards. */
public final class TurnMetrics implements MeterBinder {

    private final TurnSockets sockets;

    /** Meters of these sockets. */
    public TurnMetrics(TurnSockets sockets) {
        this.sockets = sockets;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "rift.turn.allocations", "Allocations that live now", TurnCounters::allocations);
        gauge(registry, "rift.turn.permissions", "Permissions that live now", TurnCounters::permissions);
        gauge(registry, "rift.turn.channels", "Channel bindings that live now", TurnCounters::channels);
        gauge(registry, "rift.turn.peers", "Peers of Send indications that live now", TurnCounters::peers);
        gauge(registry, "rift.turn.users", "Users that have an allocation now", TurnCounters::users);
        for (Quota quota : Quota.values()) {
            counter(
                            "rift.turn.quota.refusals",
                            "Requests refused because of a bound",
                            counters -> counters.turn().refusals(quota))
                    .tag("quota", Labels.of(quota))
                    .register(registry);
        }
        gauge(
                registry,
                "rift.turn.peer.connections",
                "TCP connections with peers that are there now, or being made",
                TurnCounters::peerConnections);
        relayed(registry, "to-peer", TurnCounters::packetsToPeers, TurnCounters::bytesToPeers);
        relayed(registry, "to-client", TurnCounters::packetsToClients, TurnCounters::bytesToClients);
        counter(
                        "rift.stun.bindings",
                        "Binding requests answered",
                        counters -> counters.turn().bindingResponses())
                .register(registry);
        counter(
                        "rift.turn.icmp.errors",
                        "ICMP errors from peers' networks that clients were told of",
                        counters -> counters.turn().icmpErrorsToClients())
                .register(registry);
        for (int code : TurnCounters.ALLOCATE_RESULT_CODES) {
            counter(
                            "rift.turn.allocate.results",
                            "Allocate requests answered, by error code; 200 is success",
                            counters -> counters.turn().allocateResults(code))
                    .tag("code", Integer.toString(code))
                    .register(registry);
        }
        for (DropReason reason : DropReason.values()) {
            drops(registry, Labels.of(reason), counters -> counters.turn().drops(reason));
        }
        for (SocketDrop reason : SocketDrop.values()) {
            drops(registry, Labels.of(reason), counters -> counters.drops(reason));
        }
        connections(registry);
    }

    private void connections(MeterRegistry registry) {
        for (ClientTransport transport : ClientTransport.values()) {
            if (transport != ClientTransport.UDP) {
                Gauge.builder(
                                "rift.turn.connections",
                                sockets,
                                all -> all.counters().connections(transport))
                        .description("Connections of clients that are open now")
                        .tag("transport", Labels.of(transport))
                        .register(registry);
            }
        }
        for (ConnectionEnd reason : ConnectionEnd.values()) {
            counter(
                            "rift.turn.connections.ended",
                            "Connections of clients that the server ended or refused",
                            counters -> counters.ends(reason))
                    .tag("reason", Labels.of(reason))
                    .register(registry);
        }
    }

    private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<TurnCounters> value) {
        Gauge.builder(name, sockets, all -> value.applyAsDouble(all.counters().turn()))
                .description(description)
                .register(registry);
    }

    private void relayed(
            MeterRegistry registry,
            String direction,
            ToDoubleFunction<TurnCounters> packets,
            ToDoubleFunction<TurnCounters> bytes) {
        counter("rift.turn.relayed.packets", "Datagrams relayed", counters -> packets.applyAsDouble(counters.turn()))
                .tag("direction", direction)
                .register(registry);
        counter(
                        "rift.turn.relayed",
                        "Application data relayed, without headers",
                        counters -> bytes.applyAsDouble(counters.turn()))
                .baseUnit("bytes")
                .tag("direction", direction)
                .register(registry);
    }

    private void drops(MeterRegistry registry, String reason, ToDoubleFunction<ShardCounters> value) {
        counter("rift.turn.drops", "Datagrams dropped without an answer", value)
                .tag("reason", reason)
                .register(registry);
    }

    private FunctionCounter.Builder<TurnSockets> counter(
            String name, String description, ToDoubleFunction<ShardCounters> value) {
        return FunctionCounter.builder(name, sockets, all -> value.applyAsDouble(all.counters()))
                .description(description);
    }
}
