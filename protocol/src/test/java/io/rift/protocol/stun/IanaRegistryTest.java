package io.rift.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every constant that stands in an IANA registry is the registry's. */
class IanaRegistryTest {

    @Test
    @Requirement(rfc = 8489, section = "18.3", text = "Attributes have the numbers that are registered")
    void attributesHaveTheRegistrysTypesAndNames() throws Exception {
        Map<Integer, String> registry = registry("iana-stun-attributes.csv");
        Map<Integer, String> ours = new LinkedHashMap<>();
        for (Field field :
                constants(StunAttribute.class, StunAttributes.class, DiscoveryAttributes.class, TurnAttributes.class)) {
            StunAttribute<?> attribute = (StunAttribute<?>) field.get(null);
            assertThat(attribute.name().replace('-', '_')).isEqualTo(field.getName());
            assertThat(ours.put(attribute.type(), attribute.name())).isNull();
        }
        ours.put(StunAttributes.MESSAGE_INTEGRITY, "MESSAGE-INTEGRITY");
        ours.put(StunAttributes.MESSAGE_INTEGRITY_SHA256, "MESSAGE-INTEGRITY-SHA256");
        ours.put(StunAttributes.FINGERPRINT, "FINGERPRINT");
        assertThat(ours).hasSizeGreaterThanOrEqualTo(38);
        // RFC 5780 section 9.1 takes the number back into use; the registry keeps its older note beside that RFC.
        assertThat(registry.get(0x0003)).contains(ours.remove(0x0003));
        assertThat(registry).containsAllEntriesOf(ours);
    }

    @Test
    @Requirement(rfc = 8489, section = "18.4", text = "Error codes have the numbers and reasons that are registered")
    void errorCodesHaveTheRegistrysNumbersAndReasons() throws Exception {
        Map<Integer, String> registry = registry("iana-stun-error-codes.csv");
        Field[] constants = constants(ErrorCode.class, ErrorCode.class);
        assertThat(constants).hasSize(18);
        for (Field field : constants) {
            ErrorCode error = (ErrorCode) field.get(null);
            assertThat(registry).containsEntry(error.code(), error.reason());
            assertThat(error.reason().replaceAll("[ -]", "_").toUpperCase(Locale.ROOT))
                    .isEqualTo(field.getName());
        }
    }

    @Test
    @Requirement(rfc = 8489, section = "18.2", text = "Methods have the numbers that are registered")
    void methodsHaveTheRegistrysNumbers() throws Exception {
        Map<Integer, String> registry = registry("iana-stun-methods.csv");
        int checked = 0;
        for (Field field : constants(int.class, StunMethod.class, TurnMethod.class)) {
            if (!field.getName().equals("MAX")) {
                assertThat(registry).containsEntry(field.getInt(null), field.getName());
                checked++;
            }
        }
        assertThat(checked).isEqualTo(10);
    }

    private static Field[] constants(Class<?> type, Class<?>... owners) {
        return Stream.of(owners)
                .flatMap(owner -> Stream.of(owner.getDeclaredFields()))
                .filter(field -> field.getType() == type && Modifier.isPublic(field.getModifiers()))
                .toArray(Field[]::new);
    }

    private static Map<Integer, String> registry(String name) throws IOException {
        Map<Integer, String> nameByNumber = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(IanaRegistryTest.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                String[] columns = line.split(",", 2);
                nameByNumber.put(Integer.decode(columns[0]), columns[1]);
            });
        }
        return nameByNumber;
    }
}
