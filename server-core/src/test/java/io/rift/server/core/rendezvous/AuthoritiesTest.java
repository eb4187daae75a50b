package io.rift.server.core.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthoritiesTest {
    private final Authorities authorities =
            Authorities.of(List.of("Rift.Example", "only.example:8443", "192.0.2.1", "[2001:DB8::1]", "[::1]:80"));

    @ParameterizedTest
    @CsvSource({
        "rift.example, true",
        "rift.example:1, true",
        "rift.example:65535, true",
        "RIFT.EXAMPLE, true",
        "only.example:8443, true",
        "192.0.2.1:8080, true",
        "[2001:db8::1], true",
        "[2001:db8:0:0::1]:8080, true",
        "[::1]:80, true",
        "only.example, false",
        "only.example:443, false",
        "[::1], false",
        "[::1]:8080, false",
        "192.0.2.2, false",
        "[2001:db8::2], false",
        "evil.example, false",
        "rift.example.evil.example, false",
        "evil.rift.example, false",
        "rift.example:, false",
        "rift.example:0, false",
        "rift.example:65536, false",
        "rift.example:80:80, false",
        "rift.example@evil.example, false",
        "user@rift.example, false",
        "rift.example/, false",
        "'rift.example ', false",
        "2001:db8::1, false",
        "[2001:db8::1, false",
        "[2001:db8::1]8080, false",
        "[], false",
        "'', false"
    })
    void onlyOurNamesAreOurs(String authority, boolean ours) {
        assertThat(authorities.accepts(authority)).isEqualTo(ours);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http://rift.example", "rift.example/", "*", "2001:db8::1", "a b"})
    void aNameIsAHostAndPerhapsAPort(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Authorities.of(List.of(name)));
    }

    @Test
    void thereIsAtLeastOne() {
        assertThatIllegalArgumentException().isThrownBy(() -> Authorities.of(List.of()));
    }
}
