package io.rift.server.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.rift.server.socket.TurnSockets;
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
    ConnectionMetrics connectionMetrics(MeterRegistry registry) {
        return new ConnectionMetrics(registry);
    }
}
