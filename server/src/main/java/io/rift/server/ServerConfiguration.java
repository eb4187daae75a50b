package io.rift.server;

import io.rift.protocol.TransportAddress;
import io.rift.server.address.AddressPlan;
import io.rift.server.address.DiscoveryPlan;
import io.rift.server.address.HostAddresses;
import io.rift.server.address.LiveRelays;
import io.rift.server.address.OwnAddressWatch;
import io.rift.server.capture.Capture;
import io.rift.server.capture.PcapFile;
import io.rift.server.config.AdminProperties;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.ConfigurationValues;
import io.rift.server.config.DiagnosticsProperties;
import io.rift.server.config.DistinctPorts;
import io.rift.server.config.DtlsProperties;
import io.rift.server.config.LimitProperties;
import io.rift.server.config.MobilityProperties;
import io.rift.server.config.ProxyProtocolProperties;
import io.rift.server.config.RiftProperties;
import io.rift.server.config.StunProperties;
import io.rift.server.config.TcpProperties;
import io.rift.server.config.TcpRelayProperties;
import io.rift.server.config.TlsProperties;
import io.rift.server.config.TurnDefences;
import io.rift.server.config.TurnProperties;
import io.rift.server.config.TurnSecrets;
import io.rift.server.core.rendezvous.Announcements;
import io.rift.server.core.turn.TurnRules;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import io.rift.server.health.StunHealth;
import io.rift.server.reload.CertificateFiles;
import io.rift.server.reload.Reload;
import io.rift.server.reload.RuleFactory;
import io.rift.server.rendezvous.Rendezvous;
import io.rift.server.rendezvous.RendezvousProperties;
import io.rift.server.socket.ConnectionBounds;
import io.rift.server.socket.ConnectionSettings;
import io.rift.server.socket.TurnSockets;
import io.rift.server.tls.ServerCertificates;
import jakarta.validation.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;

/** What the server consists of. A new group of keys is added to the property classes here, and is then checked, too. */
@SpringBootApplication(proxyBeanMethods = false)
@Import(ConfigurationValues.class)
@EnableConfigurationProperties({
    RiftProperties.class,
    TurnProperties.class,
    LimitProperties.class,
    AdminProperties.class,
    TcpProperties.class,
    MobilityProperties.class,
    TurnDefences.class,
    TlsProperties.class,
    DtlsProperties.class,
    ProxyProtocolProperties.class,
    TcpRelayProperties.class,
    StunProperties.class,
    RendezvousProperties.class,
    DiagnosticsProperties.class
})
public class ServerConfiguration {

    @Bean
    AddressPlan addressPlan(TurnProperties turn) {
        return AddressPlan.of(turn, HostAddresses.detect());
    }

    @Bean
    LiveRelays liveRelays(AddressPlan plan) {
        return new LiveRelays(plan.own());
    }

    @Bean(destroyMethod = "close")
    OwnAddressWatch ownAddressWatch(LiveRelays relays, TurnSockets sockets) {
        return new OwnAddressWatch(
                relays,
                () -> sockets.administerAll((administration, nowNanos) -> {
                    administration.ownAddressesChanged(nowNanos);
                    return true;
                }));
    }

    @Bean
    TurnSecrets turnSecrets(TurnProperties turn) {
        return TurnSecrets.of(turn, new SecureRandom());
    }

    @Bean
    @ConditionalOnProperty("rift.diagnostics.capture")
    PcapFile capture(DiagnosticsProperties diagnostics) {
        Path path = Objects.requireNonNull(diagnostics.capture());
        try {
            return PcapFile.create(path, diagnostics.captureLimit().toBytes());
        } catch (IOException e) {
            throw new ConfigurationException("rift.diagnostics.capture=" + path + ": cannot be written: " + e, e);
        }
    }

    @Bean
    ConnectionSettings connectionSettings(
            TurnProperties turn,
            TcpProperties tcp,
            TlsProperties tls,
            DtlsProperties dtls,
            ProxyProtocolProperties proxies,
            SslBundles bundles,
            Environment environment) {
        if (tls.bundle() == null) {
            requireNoPort(TlsProperties.PORT_KEY, tls.port(), environment);
            requireNoPort(DtlsProperties.PORT_KEY, dtls.port(), environment);
        }
        ServerCertificates certificates = tls.bundle() == null
                ? null
                : ServerCertificates.of(bundles, TlsProperties.BUNDLE_KEY, tls.bundle(), dtls.port() >= 0);
        return new ConnectionSettings(
                tcp.portOr(turn.port()),
                tls.port(),
                dtls.port(),
                certificates,
                proxies.trustedProxies(),
                new ConnectionBounds(
                        tcp.maxConnections(),
                        tcp.maxConnectionsPerAddress(),
                        tcp.maxWaiting(),
                        tcp.messageTimeout(),
                        tcp.allocationTimeout()));
    }

    /** Who asks for a port wants it open; a default port is asked for by nobody. */
    private static void requireNoPort(String key, int port, Environment environment) {
        if (port >= 0 && environment.containsProperty(key)) {
            throw new ConfigurationException(
                    key + "=" + port + ": needs a certificate, so set " + TlsProperties.BUNDLE_KEY + ", or -1 here");
        }
    }

    private static void requireDistinct(TurnProperties turn, StunProperties stun, ConnectionSettings connections) {
        boolean encrypted = connections.certificates() != null;
        new DistinctPorts("UDP")
                .add("rift.turn.port", turn.port())
                .add("rift.stun.second-port", stun.secondPortOr(turn.port()))
                .add(DtlsProperties.PORT_KEY, encrypted ? connections.dtlsPort() : -1);
        new DistinctPorts("TCP")
                .add("rift.turn.tcp.port", connections.tcpPort())
                .add(TlsProperties.PORT_KEY, encrypted ? connections.tlsPort() : -1);
    }

    /** Open as soon as it exists, so that whoever depends on it knows the ports. Closed after all that depend on it. */
    @Bean(destroyMethod = "close")
    TurnSockets turnSockets(
            TurnProperties turn,
            LimitProperties limits,
            TurnDefences defences,
            StunProperties stun,
            ConnectionSettings connections,
            MobilityProperties mobility,
            TcpRelayProperties tcpRelay,
            AddressPlan plan,
            LiveRelays relays,
            TurnSecrets secrets,
            RuleFactory factory,
            ObjectProvider<Capture> capture) {
        requireDistinct(turn, stun, connections);
        DiscoveryPlan discovery = DiscoveryPlan.of(stun.discovery(), turn.bindAddresses(), plan);
        SecureRandom random = new SecureRandom();
        try {
            TurnRules rules = factory.rules(turn, defences, limits, secrets);
            TurnSockets sockets = TurnSockets.open(
                    new TurnSockets.Settings(
                            plan.listeners(),
                            plan.relayListeners(),
                            turn.port(),
                            stun.secondPortOr(turn.port()),
                            connections,
                            turn.shards()),
                    shards -> {
                        TurnServer shard = new TurnServer(
                                shardConfig(turn, rules, defences, mobility, plan, tcpRelay, shards),
                                rules.authenticator(),
                                rules.policy(),
                                relays,
                                random);
                        shard.redirect(rules.alternates());
                        return shard;
                    },
                    relays,
                    capture.getIfAvailable());
            if (discovery != null) {
                sockets.discover(discovery.at(sockets.turnPort(), sockets.stunPort()));
            }
            return sockets;
        } catch (IllegalArgumentException e) { // a bound of the core's
            throw new ConfigurationException("rift.turn: " + e.getMessage(), e);
        }
    }

    /** The bounds hold for the node as a whole; each shard gets its part. */
    private static TurnServerConfig shardConfig(
            TurnProperties turn,
            TurnRules rules,
            TurnDefences defences,
            MobilityProperties mobility,
            AddressPlan plan,
            TcpRelayProperties tcpRelay,
            int shards) {
        return TurnServerConfig.builder()
                .tcpRelay(tcpRelay.ofShard(shards))
                .relayPorts(turn.relayPorts())
                .relayFamilies(plan.relayFamilies())
                .answerBudget(defences.budget(shards))
                .setsDontFragment(TurnSockets.setDontFragment())
                .mobility(mobility.config(shards))
                .maxLifetimeSeconds(turn.maxLifetimeSeconds())
                .highestChannelNumber(turn.highestChannel())
                .limits(rules.limits().dividedBy(shards))
                .build();
    }

    @Bean
    Reload reload(
            ApplicationArguments arguments,
            ConfigurableApplicationContext context,
            List<Converter<?, ?>> converters,
            TurnSecrets secrets,
            RuleFactory factory,
            TurnSockets sockets,
            Rendezvous rendezvous,
            OwnAddressWatch addresses,
            SslProperties ssl,
            SslBundleRegistry bundles) {
        ApplicationConversionService conversion = new ApplicationConversionService();
        converters.forEach(conversion::addConverter);
        Map<Class<?>, Object> valueByGroup = new LinkedHashMap<>();
        for (Class<?> group : groups()) {
            valueByGroup.put(group, context.getBean(group));
        }
        return new Reload(
                new Reload.Sources(
                        List.of(arguments.getSourceArgs()),
                        conversion,
                        new SpringValidatorAdapter(
                                Validation.buildDefaultValidatorFactory().getValidator()),
                        StartupFailure::line),
                context.getEnvironment(),
                valueByGroup,
                secrets,
                factory,
                sockets,
                rendezvous,
                addresses,
                new CertificateFiles(ssl, bundles, context.getEnvironment()));
    }

    /** The classes of the settings. */
    static List<Class<?>> groups() {
        EnableConfigurationProperties groups =
                Objects.requireNonNull(ServerConfiguration.class.getAnnotation(EnableConfigurationProperties.class));
        return List.of(groups.value());
    }

    @Bean
    Announcements announcements(AddressPlan plan, TurnSockets sockets) {
        return local -> {
            List<TransportAddress> turn = plan.announcedTo(local).stream()
                    .map(ip -> new TransportAddress(ip, sockets.turnPort()))
                    .toList();
            List<TransportAddress> stun = turn.stream()
                    .flatMap(server -> List.of(server, new TransportAddress(server.ip(), sockets.stunPort())).stream())
                    .toList();
            return new Announcements.Announcement(stun, turn);
        };
    }

    /** Event loops for HTTP that are this server's alone: Reactor's global ones would end with the first of two servers. */
    @Bean
    ReactorResourceFactory reactorResourceFactory() {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        return resources;
    }

    @Bean
    StunHealth stunHealthIndicator(TurnSockets sockets) {
        return new StunHealth(sockets);
    }
}
