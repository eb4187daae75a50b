package io.rift.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.server.core.quota.Bounds;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;

/** Every key of the limits is the bound that its name says. */
class LimitPropertiesTest {

    @Test
    void eachKeyIsTheBoundOfItsName() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("rift.turn.max-allocations", "101");
        values.put("rift.turn.max-allocations-per-user", "102");
        String[] bounds = {
            "max-permissions", "max-permissions-per-user", "max-permissions-per-allocation",
            "max-channels", "max-channels-per-user", "max-channels-per-allocation",
            "max-peers", "max-peers-per-user", "max-peers-per-allocation",
            "new-peers-per-second", "new-peers-burst"
        };
        for (int i = 0; i < bounds.length; i++) {
            values.put("rift.turn.limits." + bounds[i], Integer.toString(201 + i));
        }
        values.put("rift.turn.limits.bandwidth", "300000B");
        values.put("rift.turn.limits.bandwidth-burst", "300001B");
        values.put("rift.turn.limits.user-bandwidth", "300002B");
        values.put("rift.turn.limits.user-bandwidth-burst", "300003B");

        assertThat(limits(values))
                .isEqualTo(new TurnLimits(
                        101,
                        102,
                        new Bounds(201, 202, 203),
                        new Bounds(204, 205, 206),
                        new Bounds(207, 208, 209),
                        new RateLimit(300_000, 300_001),
                        new RateLimit(300_002, 300_003),
                        new RateLimit(210, 211)));
    }

    @Test
    void whatIsNotSetIsTheDefaultOfTheCore() {
        TurnLimits limits = limits(Map.of());

        assertThat(limits.newPeers()).isEqualTo(TurnLimits.DEFAULTS.newPeers());
        assertThat(limits.newPeers().isUnlimited()).isFalse();
        assertThat(limits.bandwidth().isUnlimited()).isTrue();
    }

    private static TurnLimits limits(Map<String, String> values) {
        ApplicationConversionService conversion = new ApplicationConversionService();
        conversion.addConverter(ConfigurationValues.addressConverter());
        conversion.addConverter(ConfigurationValues.blockConverter());
        conversion.addConverter(ConfigurationValues.portRangeConverter());
        Binder binder = new Binder(List.of(new MapConfigurationPropertySource(values)), null, conversion);
        return binder.bindOrCreate("rift.turn.limits", LimitProperties.class)
                .limits(binder.bindOrCreate("rift.turn", TurnProperties.class));
    }
}
