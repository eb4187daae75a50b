package io.rift.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.server.core.turn.MobilityConfig;
import io.rift.server.core.turn.TcpRelayConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Many numbers of one type are handed on by position: each arrives where its name says. */
class PropertiesOrderTest {

    @Test
    void everyBoundOfTheTcpRelayIsTheOneOfItsName() {
        Map<String, Object> values = Map.of(
                "rift.turn.tcp-relay.enabled", true,
                "rift.turn.tcp-relay.max-connections", 40,
                "rift.turn.tcp-relay.max-connections-per-user", 30,
                "rift.turn.tcp-relay.max-connections-per-allocation", 20,
                "rift.turn.tcp-relay.max-unbound-per-allocation", 10);

        TcpRelayProperties properties = bind(values, "rift.turn.tcp-relay", TcpRelayProperties.class);
        assertThat(properties.ofShard(1)).isEqualTo(new TcpRelayConfig(true, 40, 30, 20, 10));
        assertThat(properties.ofShard(2)).isEqualTo(new TcpRelayConfig(true, 20, 15, 20, 10));
    }

    @Test
    void everyBoundOfMobilityIsTheOneOfItsName() {
        Map<String, Object> values = Map.of(
                "rift.turn.mobility.enabled",
                true,
                "rift.turn.mobility.grace",
                "7s",
                "rift.turn.mobility.max-adrift",
                9);

        MobilityProperties properties = bind(values, "rift.turn.mobility", MobilityProperties.class);
        assertThat(properties.config(1)).isEqualTo(new MobilityConfig(true, 7, 9));
        assertThat(properties.config(2)).isEqualTo(new MobilityConfig(true, 7, 5));
    }

    private static <T> T bind(Map<String, Object> values, String prefix, Class<T> type) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(prefix, type);
    }
}
