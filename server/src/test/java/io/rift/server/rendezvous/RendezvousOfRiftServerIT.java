package io.rift.server.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.server.RiftServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rendezvous as part of the whole server: its settings and what it announces. */
@Timeout(120)
class RendezvousOfRiftServerIT {
    @Test
    void aPeerIsToldOfTheSocketsOfThisServer() {
        try (RiftServer server = start("--rift.rendezvous.credentials-ttl=90s")) {
            TestPeer peer = TestPeer.connect(uri(server, "127.0.0.1"));
            peer.send(peer.answer(
                    peer.next(Challenge.class).serverNonce(),
                    "127.0.0.1:" + server.ports().http()));
            Welcome welcome = peer.next(Welcome.class);
            TransportAddress turn =
                    TransportAddress.parse("127.0.0.1:" + server.ports().turn());
            TransportAddress stun =
                    TransportAddress.parse("127.0.0.1:" + server.ports().stun());
            assertThat(welcome.stunServers()).containsExactly(turn, stun);
            assertThat(welcome.turnServers()).hasSize(1);
            assertThat(welcome.turnServers().getFirst().address()).isEqualTo(turn);
            assertThat(welcome.turnServers().getFirst().ttlSeconds()).isEqualTo(90);
            TestPeer.signIn(uri(server, "localhost"));
        }
    }

    @Test
    void theNamesOnTheListAreTheOnlyOnes() {
        try (RiftServer server = start("--rift.rendezvous.authorities=rift.example")) {
            TestPeer peer = TestPeer.connect(uri(server, "127.0.0.1"));
            peer.send(peer.answer(
                    peer.next(Challenge.class).serverNonce(),
                    "127.0.0.1:" + server.ports().http()));
            peer.expectError(RendezvousErrorCode.WRONG_AUTHORITY);
            TestPeer other = TestPeer.connect(uri(server, "127.0.0.1"));
            other.send(other.answer(other.next(Challenge.class).serverNonce(), "rift.example"));
            other.next(Welcome.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "rift.rendezvous.allowed-origins, chat.example",
        "rift.rendezvous.authorities, http://rift.example",
        "rift.rendezvous.credentials-ttl, 0s",
        "rift.rendezvous.max-connections, 0"
    })
    void aSettingThatCannotWorkEndsTheStartWithItsName(String key, String value) {
        assertThatThrownBy(() -> start("--" + key + "=" + value).close())
                .hasStackTraceContaining(
                        key.substring("rift.rendezvous.".length()).replace("max-connections", "maxConnections"));
    }

    private static RiftServer start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=-1",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.shards=1"));
        arguments.addAll(List.of(settings));
        return RiftServer.start(arguments.toArray(String[]::new));
    }

    private static URI uri(RiftServer server, String host) {
        return URI.create("ws://" + host + ":" + server.ports().http() + "/rendezvous");
    }
}
