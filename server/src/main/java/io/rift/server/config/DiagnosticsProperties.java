package io.rift.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Keys under {@code rift.diagnostics}.
 *
 * @param capture File that receives every datagram which the server's sockets see, in both directions, and every text
 *     frame of the rendezvous, in pcap format. It holds addresses and credentials of peers. Default: none is written.
 * @param captureLimit Size at which the capture stops growing.
 */
@ConfigurationProperties("rift.diagnostics")
public record DiagnosticsProperties(
        @Nullable Path capture, @DefaultValue("64MB") DataSize captureLimit) {}
