package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IceConfigTest {

    private static IceConfig config(Duration pace, Duration rto, Duration delay) {
        IceConfig usual = IceConfig.DEFAULT;
        return new IceConfig(
                pace,
                rto,
                delay,
                usual.consentInterval(),
                usual.consentExpiry(),
                usual.establishmentTimeout(),
                usual.recheckInterval());
    }

    @Test
    void timersBelowTheLimitsOfRfc8445AreRefused() {
        Duration pace = Duration.ofMillis(5);
        Duration rto = Duration.ofMillis(500);
        Duration delay = Duration.ofMillis(1);

        assertThat(config(pace, rto, delay).pace()).isEqualTo(pace);
        assertThatIllegalArgumentException().isThrownBy(() -> config(Duration.ofMillis(4), rto, delay));
        assertThatIllegalArgumentException().isThrownBy(() -> config(pace, Duration.ofMillis(499), delay));
        assertThatIllegalArgumentException().isThrownBy(() -> config(pace, rto, Duration.ZERO));
    }
}
