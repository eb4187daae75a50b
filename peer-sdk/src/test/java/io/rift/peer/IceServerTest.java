package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IceServerTest {

    @ParameterizedTest
    @CsvSource({
        "stun:stun.example.org, stun.example.org, 3478",
        "stun:stun.example.org:19302, stun.example.org, 19302",
        "STUN:192.0.2.1:1, 192.0.2.1, 1",
        "stun:[2001:db8::1]:3479, 2001:db8::1, 3479",
        "stun:[2001:db8::1], 2001:db8::1, 3478",
    })
    void theUrisOfRfc7064AreUnderstood(String uri, String host, int port) {
        IceServer server = IceServer.stun(uri);
        assertThat(server.host()).isEqualTo(host);
        assertThat(server.port()).isEqualTo(port);
        assertThat(server.isTurn()).isFalse();
    }

    @Test
    void aTurnServerHasCredentialsAndDoesNotShowThem() {
        IceServer server = IceServer.turn("turn:turn.example.org:3478?transport=udp", "alice", "secret");
        assertThat(server.isTurn()).isTrue();
        assertThat(server.username()).isEqualTo("alice");
        assertThat(server).hasToString("turn:turn.example.org:3478");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stun:",
                "stun.example.org",
                "turn:stun.example.org",
                "stun:host:0",
                "stun:host:65536",
                "stun:host:x",
                "stun:2001:db8::1",
                "stun:[192.0.2.1]",
                "stun:host/path",
                "stun:host:3478?transport=tcp"
            })
    void anythingElseIsRefusedWithItsValue(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IceServer.stun(uri))
                .withMessageContaining("'" + uri + "'");
    }

    @Test
    void turnOverTcpIsNotSpokenYetAndSaidSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IceServer.turn("turn:host?transport=tcp", "a", "b"))
                .withMessageContaining("transport=tcp");
    }
}
