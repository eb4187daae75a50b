package io.rift.server.rendezvous;

import io.rift.protocol.rendezvous.RendezvousProtocol;
import io.rift.server.address.AddressPlan;
import io.rift.server.address.HostAddresses;
import io.rift.server.capture.Capture;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.TurnSecrets;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.rendezvous.Announcements;
import io.rift.server.core.rendezvous.Authorities;
import io.rift.server.core.rendezvous.RendezvousConfig;
import io.rift.server.core.rendezvous.RendezvousServer;
import io.rift.server.core.rendezvous.TurnCredentials;
import io.rift.server.socket.HttpConnections;
import java.security.SecureRandom;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/** The rendezvous, put together. */
@Configuration(proxyBeanMethods = false)
class RendezvousConfiguration {
    /** Leaves room for those that are told that there is none. */
    private static final int LINKS_PER_CONNECTION = 2;

    /** Leaves room for those that are no WebSocket yet. */
    private static final int SOCKETS_PER_CONNECTION = 4;

    private static final String KEY = "rift.rendezvous.";

    @Bean
    Rendezvous rendezvous(
            RendezvousProperties settings,
            AddressPlan plan,
            Announcements announcements,
            TurnSecrets secrets,
            ObjectProvider<OutcomeListener> outcomes,
            ObjectProvider<Capture> capture) {
        Authorities authorities = setting(
                "authorities",
                () -> settings.authorities().isEmpty()
                        ? ServerNames.detect(plan, HostAddresses.detect())
                        : Authorities.of(settings.authorities()));
        TurnCredentials credentials = setting(
                "credentials-ttl",
                () -> new TurnCredentials(new SharedSecrets(secrets.all()), settings.credentialsTtl()));
        RendezvousConfig config = new RendezvousConfig(authorities, announcements, credentials, settings.limits());
        return new Rendezvous(
                new RendezvousServer(config, new SecureRandom()),
                LINKS_PER_CONNECTION * settings.maxConnections(),
                outcome -> outcomes.orderedStream().forEach(listener -> listener.reported(outcome)),
                capture.getIfAvailable());
    }

    @Bean
    SimpleUrlHandlerMapping rendezvousMapping(Rendezvous rendezvous, RendezvousProperties settings) {
        AllowedOrigins origins = setting("allowed-origins", () -> new AllowedOrigins(settings.allowedOrigins()));
        return new SimpleUrlHandlerMapping(
                Map.of(RendezvousProtocol.PATH, new RendezvousEndpoint(rendezvous, origins)),
                Ordered.HIGHEST_PRECEDENCE);
    }

    /** For the port of the rendezvous only; that of the management endpoints has its own factory. */
    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> httpConnections(RendezvousProperties settings) {
        return factory -> factory.addServerCustomizers(
                new HttpConnections(HttpConnections.TIMEOUT, SOCKETS_PER_CONNECTION * settings.maxConnections()));
    }

    private static <T> T setting(String name, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(KEY + name + ": " + e.getMessage(), e);
        }
    }
}
