package io.rift.server.admin;

import io.rift.server.reload.Reload;
import io.rift.server.rendezvous.RendezvousProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Puts the admin API on the management port. Named in
 * {@code META-INF/spring/org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration.imports}, and
 * without an annotation by which the component scan would find it, too, and put the routes on the main port.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
@ConditionalOnProperty("rift.admin.token")
class ManagementPortRoutes {

    @Bean
    static RouterFunction<ServerResponse> adminRoutes(
            Operator operator, Reload reload, AdminGate gate, RendezvousProperties rendezvous) {
        int seconds = Math.clamp(rendezvous.credentialsTtl().toSeconds(), 1, Operator.MAX_REVOCATION_SECONDS);
        return new AdminRoutes(operator, reload, gate, seconds).routes();
    }
}
