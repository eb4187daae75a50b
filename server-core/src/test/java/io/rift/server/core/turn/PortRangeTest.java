package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortRangeTest {

    @Test
    void parsesARangeOrASinglePort() {
        assertThat(PortRange.parse("49152-65535")).isEqualTo(PortRange.DYNAMIC);
        assertThat(PortRange.parse(" 50000 - 50001 ")).isEqualTo(new PortRange(50_000, 50_001));
        assertThat(PortRange.parse("50000")).isEqualTo(new PortRange(50_000, 50_000));
        assertThat(PortRange.DYNAMIC).hasToString("49152-65535");
        assertThat(PortRange.DYNAMIC.size()).isEqualTo(16_384);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "1-", "-1", "a-b", "1-2-3", "0-5", "2-1", "1-65536", "1-100000", "1.5-2"})
    void refusesWhatIsNoRangeOfPorts(String text) {
        assertThatThrownBy(() -> PortRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no range of ports");
    }
}
