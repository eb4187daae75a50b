package io.rift.server;

import io.rift.server.config.ConfigurationKeys;
import java.util.Objects;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/** The server as a program, and as an object for whoever embeds it. */
public final class RiftServer implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RiftServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Runs the server in the foreground until it is told to end. */
    public static void main(String[] arguments) {
        try {
            start(arguments);
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
        SpringApplication application = new SpringApplication(ServerConfiguration.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(context -> check(context.getEnvironment()));
        return new RiftServer(application.run(arguments));
    }

    private static void check(ConfigurableEnvironment environment) {
        EnableConfigurationProperties groups =
                Objects.requireNonNull(ServerConfiguration.class.getAnnotation(EnableConfigurationProperties.class));
        new ConfigurationKeys(groups.value()).check(environment);
        ConfigurationKeys.checkPort(environment, "server.port");
        ConfigurationKeys.checkPort(environment, "management.server.port");
    }

    /** Stops in order; returns when everything is closed. */
    @Override
    public void close() {
        context.close();
    }
}
