package io.rift.server.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginsTest {
    private final AllowedOrigins origins = new AllowedOrigins(List.of("https://Chat.example", "http://[::1]:8080"));

    @Test
    void programsThatAreNoBrowserSendNoOriginAndAreAdmitted() {
        assertThat(origins.admit(null)).isTrue();
        assertThat(new AllowedOrigins(List.of()).admit(List.of())).isTrue();
    }

    @Test
    void originsOnTheListAreAdmitted() {
        assertThat(origins.admit(List.of("https://chat.example"))).isTrue();
        assertThat(origins.admit(List.of("HTTPS://CHAT.EXAMPLE"))).isTrue();
        assertThat(origins.admit(List.of("http://[::1]:8080"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://chat.example",
                "https://chat.example:444",
                "https://chat.example.evil.example",
                "null",
                "",
                "*"
            })
    void otherOriginsAreNot(String origin) {
        assertThat(origins.admit(List.of(origin))).isFalse();
        assertThat(new AllowedOrigins(List.of()).admit(List.of(origin))).isFalse();
    }

    @Test
    void twoOriginsAreNone() {
        assertThat(origins.admit(List.of("https://chat.example", "https://chat.example")))
                .isFalse();
    }

    @Test
    void aStarStandsForAll() {
        assertThat(new AllowedOrigins(List.of("*")).admit(List.of("https://any.example")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.example", "https://chat.example/", "https://*.example", "https://", "https://a b"})
    void whatIsNoOriginIsRefusedAtTheStart(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AllowedOrigins(List.of(text)))
                .withMessageContaining(text);
    }
}
