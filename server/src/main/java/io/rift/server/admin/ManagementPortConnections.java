package io.rift.server.admin;

import io.rift.server.socket.ManagementConnections;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Bounds the connections of the management port. Found in the same way as {@link ManagementPortRoutes}. */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
class ManagementPortConnections {

    @Bean
    static WebServerFactoryCustomizer<NettyReactiveWebServerFactory> managementConnections() {
        return factory -> factory.addServerCustomizers(new ManagementConnections());
    }
}
