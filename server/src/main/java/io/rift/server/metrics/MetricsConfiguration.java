package io.rift.server.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.rift.server.admin.AdminGate;
import io.rift.server.admin.Operator;
import io.rift.server.reload.Reload;
import io.rift.server.rendezvous.OutcomeListener;
import io.rift.server.rendezvous.Rendezvous;
import io.rift.server.socket.TurnSockets;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The meters. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

    @Bean
    TurnMetrics turnMetrics(TurnSockets sockets) {
        return new TurnMetrics(sockets);
    }

    @Bean
    OperationMetrics operationMetrics(Operator operator, Reload reload, ObjectProvider<AdminGate> gate) {
        return new OperationMetrics(operator, reload, gate.getIfAvailable());
    }

    @Bean
    ConnectionMetrics connectionMetrics(MeterRegistry registry) {
        return new ConnectionMetrics(registry);
    }

    @Bean
    OutcomeListener outcomeListener(ConnectionMetrics metrics) {
        return metrics::record;
    }

    @Bean
    RendezvousMetrics rendezvousMetrics(Rendezvous rendezvous) {
        return new RendezvousMetrics(rendezvous::snapshot);
    }
}
