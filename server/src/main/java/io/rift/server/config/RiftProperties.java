package io.rift.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Keys directly under {@code rift}.
 *
 * @param portsFile File to which the server writes, once it is ready, its process id and the ports and addresses that
 *     it listens on, as one JSON object. The file appears complete or not at all. For whoever starts the server with
 *     ports of 0. Default: none is written.
 */
@ConfigurationProperties("rift")
public record RiftProperties(@Nullable Path portsFile) {}
