package io.rift.server.admin;

import io.rift.server.config.AdminProperties;
import io.rift.server.config.ConfigurationException;
import io.rift.server.socket.TurnSockets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** What is behind the admin API. */
@Configuration(proxyBeanMethods = false)
class AdminConfiguration {

    @Bean
    Operator operator(TurnSockets sockets) {
        return new Operator(sockets, () -> TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
    }

    @Bean
    @ConditionalOnProperty("rift.admin.token")
    AdminGate adminGate(AdminProperties admin, Environment environment) {
        if (ManagementPortType.get(environment) != ManagementPortType.DIFFERENT) {
            throw new ConfigurationException(
                    "rift.admin.token: the admin API needs a management.server.port other than server.port");
        }
        return new AdminGate(Objects.requireNonNull(admin.token()));
    }
}
