package io.rift.server;

import io.rift.server.address.LiveRelays;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.ConfigurationKeys;
import io.rift.server.config.RiftProperties;
import io.rift.server.config.TurnSecrets;
import io.rift.server.reload.HangUp;
import io.rift.server.reload.Reload;
import io.rift.server.socket.ShardTaskException;
import java.io.Console;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.ConfigurableEnvironment;

/** The server as a program, and as an object for whoever embeds it. */
public final class RiftServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RiftServer.class);

    final ConfigurableApplicationContext context;
    private final ServerPorts ports;

    private RiftServer(ConfigurableApplicationContext context) {
        this.context = context;
        this.ports = ServerPorts.of(context);
    }

    /** Runs the server in the foreground until it is told to end. */
    public static void main(String[] arguments) {
        CompletableFuture<RiftServer> started = new CompletableFuture<>();
        if (!startedFromATerminal()) {
            // From the beginning, as the signal ends a program that does not listen to it: one that comes during the
            // start is followed after it.
            HangUp.onSignal(() -> {
                var _ = started.thenAccept(RiftServer::reload);
            });
        }
        try {
            RiftServer server = start(arguments);
            System.out.println(server.notice());
            started.complete(server);
        } catch (RuntimeException e) {
            System.exit(1); // the reason stands on stderr: StartupFailureReporter
        }
    }

    /**
     * Starts a server. What keeps it from starting is thrown, and said on stderr in one line.
     *
     * @param arguments settings as {@code --key=value}
     */
    public static RiftServer start(String... arguments) {
        // A client could ask for one handshake after another on a connection of TLS 1.2, each of which costs a
        // signature.
        System.getProperties().putIfAbsent("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        SpringApplication application = new SpringApplication(ServerConfiguration.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(context -> check(context.getEnvironment()));
        application.addListeners(new ApplicationListener<ApplicationStartedEvent>() {
            @Override
            public void onApplicationEvent(ApplicationStartedEvent event) {
                tellPorts(event.getApplicationContext());
            }
        });
        application.addListeners(new ApplicationListener<ContextClosedEvent>() {
            @Override
            public void onApplicationEvent(ContextClosedEvent event) {
                tellEnd(event.getApplicationContext());
            }
        });
        return new RiftServer(application.run(arguments));
    }

    private static void check(ConfigurableEnvironment environment) {
        new ConfigurationKeys(ServerConfiguration.groups().toArray(Class<?>[]::new)).check(environment);
        ConfigurationKeys.checkPort(environment, "server.port");
        ConfigurationKeys.checkPort(environment, "management.server.port");
    }

    private static void tellPorts(ConfigurableApplicationContext context) {
        RiftProperties settings = context.getBean(RiftProperties.class);
        if (settings.portsFile() != null) {
            ServerPorts.of(context).writeTo(settings.portsFile());
        }
    }

    /** The management port has a context of its own, and a start that failed has no relays yet. */
    private static void tellEnd(ApplicationContext context) {
        if (context.getParent() == null) {
            context.getBeanProvider(LiveRelays.class)
                    .ifAvailable(relays -> LOG.atInfo()
                            .addKeyValue("allocations", relays.size())
                            .log("stopping"));
        }
    }

    /** There SIGHUP says that the terminal is gone, and ends the server. */
    private static boolean startedFromATerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /** Reads the configuration again; how that went is in the log. */
    private void reload() {
        try {
            context.getBean(Reload.class).reload();
        } catch (ConfigurationException | IllegalStateException | ShardTaskException e) {
            LOG.debug("reload failed", e);
        }
    }

    /** Where it listens. */
    public ServerPorts ports() {
        return ports;
    }

    /** How to reach it, for people. */
    String notice() {
        String host = ServerPorts.host(ports.addresses().getFirst());
        StringBuilder notice = new StringBuilder("Rift is ready\n");
        notice.append("  rendezvous   ").append(ports.rendezvous(null)).append('\n');
        notice.append("  STUN, TURN   ").append(host).append(':').append(ports.turn());
        notice.append(ports.turnTcp() == ports.turn() ? " (UDP and TCP)" : " (UDP)");
        if (ports.turnTcp() != 0 && ports.turnTcp() != ports.turn()) {
            notice.append(", ").append(ports.turnTcp()).append(" (TCP)");
        }
        if (ports.turnTls() != 0) {
            notice.append(", ").append(ports.turnTls()).append(" (TLS)");
        }
        if (ports.turnDtls() != 0) {
            notice.append(", ").append(ports.turnDtls()).append(" (DTLS)");
        }
        notice.append(", a second port for STUN: ").append(ports.stun()).append('\n');
        if (ports.management() != 0) {
            String address = context.getEnvironment().getProperty("management.server.address", "127.0.0.1");
            notice.append("  management   http://").append(address).append(':').append(ports.management());
            notice.append("/actuator/health and /actuator/prometheus\n");
        }
        notice.append(
                context.getBean(TurnSecrets.class).generated()
                        ? "  TURN users   from the rendezvous, by a secret made for this run (rift.turn.shared-secrets keeps one)"
                        : "  TURN users   from the rendezvous, and from whoever knows rift.turn.shared-secrets");
        return notice.toString();
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    /** Stops in order; returns when everything is closed. */
    @Override
    public void close() {
        context.close();
    }
}
