package io.rift.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ConfigurationKeysTest {

    private static final ConfigurationKeys KEYS =
            new ConfigurationKeys(RiftProperties.class, TurnProperties.class, StunProperties.class);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rift.ports-file",
                "rift.portsFile",
                "rift.turn.port",
                "rift.turn.bindAddresses",
                "rift.turn.bind-addresses[3]",
                "rift.turn.bind_addresses",
                "rift.turn.users.alice",
                "rift.turn.users.alice.liddell",
                "rift.turn.users[white_rabbit]",
                "server.port",
                "riftwood",
            })
    void keysThatSomethingReadsAreAccepted(String key) {
        KEYS.check(environment(key));
    }

    @ParameterizedTest
    @CsvSource({
        "rift.turn.prot, 'rift.turn.prot: there is no such setting, did you mean rift.turn.port?'",
        "rift.turn.denied-peer, 'rift.turn.denied-peer: there is no such setting, did you mean rift.turn.denied-peers?'",
        "rift.turn.user.alice, 'rift.turn.user.alice: there is no such setting, did you mean rift.turn.users.<name>?'",
        "rift.stun.second-port.x, 'rift.stun.second-port.x: there is no such setting, did you mean rift.stun.second-port?'",
        "rift.teapot.lid, rift.teapot.lid: there is no such setting",
        "rift.turn.users.white_rabbit, "
                + "'rift.turn.users.white_rabbit: write rift.turn.users[white_rabbit], as this name has more than letters, digits and dashes'",
    })
    void keysThatNothingReadsAreRefused(String key, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> KEYS.check(environment(key)))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RIFT_TURN_PORT", "RIFT_TURN_SHAREDSECRETS_0", "RIFT_TURN_SHARED_SECRETS", "RIFT_JAVA_HOME"})
    void variablesThatAreSettingsOrNobodysBusinessAreAccepted(String variable) {
        KEYS.check(variables(variable));
    }

    @Test
    void aVariableThatLooksLikeASettingAndIsNoneIsRefused() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> KEYS.check(variables("RIFT_TURN_PROT")))
                .withMessage("RIFT_TURN_PROT: there is no such setting");
    }

    @Test
    void portsOfSpringAreChecked() {
        StandardEnvironment environment = environment("server.port");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> ConfigurationKeys.checkPort(environment, "server.port"))
                .withMessage("server.port=value: is no port of 0 to 65535");
        ConfigurationKeys.checkPort(environment, "management.server.port");
        assertThat(environment.containsProperty("management.server.port")).isFalse();
    }

    private static StandardEnvironment environment(String key) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(key, "value")));
        return environment;
    }

    private static StandardEnvironment variables(String variable) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("variables", Map.of(variable, "value")));
        return environment;
    }
}
