package io.rift.server;

import io.rift.server.config.ConfigurationValues;
import io.rift.server.config.DiagnosticsProperties;
import io.rift.server.config.RiftProperties;
import io.rift.server.config.StunProperties;
import io.rift.server.config.TurnProperties;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** What the server consists of. A new group of keys is added to the property classes here, and is then checked, too. */
@SpringBootApplication(proxyBeanMethods = false)
@Import(ConfigurationValues.class)
@EnableConfigurationProperties({
    RiftProperties.class,
    TurnProperties.class,
    StunProperties.class,
    DiagnosticsProperties.class
})
public class ServerConfiguration {}
