package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TurnServerConfigTest {

    @Test
    @Requirement(rfc = 8656, section = "3.2", text = "Lifetimes are those of the RFC unless configured")
    void theDefaultsAreTheTimesOfTheRfc() {
        TurnServerConfig config = TurnServerConfig.defaults();

        assertThat(config.defaultLifetimeSeconds()).isEqualTo(600);
        assertThat(config.maxLifetimeSeconds()).isEqualTo(3600);
        assertThat(config.relayPorts()).hasToString("49152-65535");
        assertThat(config.software()).isEmpty();
    }

    @Test
    void refusesBoundsThatAreNone() {
        assertRefused(builder -> builder.defaultLifetimeSeconds(0), "default lifetime must be positive, not 0");
        assertRefused(builder -> builder.relaySocketTries(0), "relay socket tries must be positive");
    }

    @Test
    void refusesValuesThatContradictEachOtherOrTheRfc() {
        assertRefused(builder -> builder.maxLifetimeSeconds(599), "below the default of 600 s");
        assertRefused(builder -> builder.highestChannelNumber(0x4FFE), "0x4fff to 0x7fff, not 0x4ffe");
        assertRefused(builder -> builder.highestChannelNumber(0x8000), "0x4fff to 0x7fff, not 0x8000");
        assertRefused(builder -> builder.software("x".repeat(65)), "at most 64");
        assertRefused(builder -> builder.software("Rift\n"), "printable ASCII");
    }

    private static void assertRefused(UnaryOperator<TurnServerConfig.Builder> change, String message) {
        assertThatThrownBy(() -> change.apply(TurnServerConfig.builder()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
