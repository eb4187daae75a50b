package io.rift.server.config;

import io.rift.server.core.turn.MobilityConfig;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.mobility}.
 *
 * @param enabled Whether a client whose address changes may take its allocation along (RFC 8016). If not, one that asks
 *     for a MOBILITY-TICKET gets error 405. With more than one shard a client that comes back may meet another shard,
 *     which does not know its ticket (error 437).
 * @param grace For how long an allocation with a ticket outlives the TCP or TLS connection of its client.
 * @param maxAdrift Allocations at a time whose client's connection has ended. One more ends with its connection. The
 *     bound is divided among the shards.
 */
@Validated
@ConfigurationProperties("rift.turn.mobility")
public record MobilityProperties(
        @DefaultValue("false") boolean enabled,

        @DefaultValue("60s") @DurationMin(seconds = 1) @DurationMax(seconds = 3600)
        Duration grace,

        @DefaultValue("1000") @Min(1) int maxAdrift) {

    /** The bounds of one of these shards. */
    public MobilityConfig config(int shards) {
        return new MobilityConfig(enabled, (int) grace.toSeconds(), Math.ceilDiv(maxAdrift, shards));
    }
}
