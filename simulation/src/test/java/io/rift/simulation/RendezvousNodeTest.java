package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.secure.Identity;
import io.rift.protocol.IpAddress;
import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RendezvousNodeTest {
    private static final Duration ONE_WAY = Duration.ofMillis(20);

    @RegisterExtension
    final Simulations simulations = new Simulations();

    private final Internet internet = simulations.internet(3);
    private final ServerNode server = new ServerNode(internet);
    private final Client client = new Client();

    @Test
    void aClientThatAnswersTheChallengeIsWelcomedAfterTwoRoundTripsAndToldOfTheServers() {
        run(Duration.ofMillis(79));
        assertThat(client.messages).hasSize(1);
        run(Duration.ofMillis(1));

        assertThat(client.messages.getLast()).isInstanceOfSatisfying(RendezvousMessage.Welcome.class, welcome -> {
            assertThat(welcome.peerId()).isEqualTo(client.identity.peerId());
            assertThat(welcome.stunServers()).hasToString("[192.0.2.1:3478, 192.0.2.1:3479]");
            assertThat(welcome.turnServers()).hasSize(1);
        });
        assertThat(server.saw(client.identity.peerId().toString())).isTrue();
        assertThat(server.saw("a text that nobody sent")).isFalse();
    }

    @Test
    void aQuietClientStaysBecauseItAnswersPings() {
        run(Duration.ofMinutes(5));
        assertThat(client.closes).isEmpty();
        assertThat(client.pings).isPositive();
    }

    @Test
    void aClientThatVanishesIsForgottenWhenItAnswersNoPing() {
        run(Duration.ofSeconds(1));
        client.socket.vanish();
        run(Duration.ofMinutes(5));
        assertThat(client.closes).isEmpty();
        assertThat(server.rendezvous().connections()).isZero();
    }

    @Test
    void aCutConnectionEndsOnBothSidesAndTheIdentityCanSignInAgain() {
        run(Duration.ofSeconds(1));
        client.socket.cut();
        assertThat(client.closes).containsExactly("1006 cut");

        client.redial();
        run(Duration.ofSeconds(1));
        assertThat(client.messages.getLast()).isInstanceOf(RendezvousMessage.Welcome.class);
    }

    @Test
    void textsArriveInOrderAndNoneAfterTheClose() {
        run(Duration.ofSeconds(1));
        for (int i = 0; i < 200; i++) {
            client.socket.send("nonsense " + i);
        }
        run(Duration.ofSeconds(1));

        assertThat(client.closes).hasSize(1).first().asString().startsWith("1008");
        assertThat(client.messages.getLast())
                .isInstanceOfSatisfying(
                        RendezvousMessage.ErrorMessage.class,
                        error -> assertThat(error.code()).isEqualTo(RendezvousErrorCode.RATE_LIMITED));
        List<String> nonsense = server.rendezvous().texts().stream()
                .filter(text -> text.startsWith("nonsense"))
                .toList();
        assertThat(nonsense).hasSizeBetween(50, 199);
        for (int i = 0; i < nonsense.size(); i++) {
            assertThat(nonsense.get(i)).isEqualTo("nonsense " + i);
        }
    }

    @Test
    void aTamperingServerReplacesWhatItSends() {
        server.rendezvous()
                .tamperWith(message -> message instanceof RendezvousMessage.Welcome
                        ? new RendezvousMessage.Credentials(List.of())
                        : message);
        run(Duration.ofSeconds(1));
        assertThat(client.messages.getLast()).isEqualTo(new RendezvousMessage.Credentials(List.of()));
    }

    private void run(Duration duration) {
        internet.network().time().run(duration.toNanos());
    }

    /** Signs in and remembers what it hears. */
    private final class Client implements WebSocket.Listener {
        private final Identity identity = Identity.generate(internet.network().randomGenerator());
        private final List<FromServer> messages = new ArrayList<>();
        private final List<String> closes = new ArrayList<>();
        private int pings;
        private WebSocket socket = dial();

        private void redial() {
            socket = dial();
        }

        private WebSocket dial() {
            return server.rendezvous().dial("client", IpAddress.parse("203.0.113.9"), ONE_WAY, this);
        }

        @Override
        public void opened() {}

        @Override
        public void text(String text) {
            if (!(RendezvousCodec.decodeFromServer(text) instanceof Decoded.Message<FromServer>(FromServer message))) {
                throw new AssertionError(text);
            }
            messages.add(message);
            if (message instanceof RendezvousMessage.Challenge(Octets serverNonce)) {
                Octets clientNonce = Octets.random(
                        RendezvousProtocol.NONCE_BYTES, internet.network().randomGenerator());
                byte[] signed =
                        AuthenticationPayload.of(ServerNode.AUTHORITY, serverNonce, clientNonce, identity.peerId());
                socket.send(RendezvousCodec.encode(new RendezvousMessage.Authenticate(
                        identity.peerId(), ServerNode.AUTHORITY, clientNonce, Octets.of(identity.sign(signed)))));
            }
        }

        @Override
        public void pinged() {
            pings++;
        }

        @Override
        public void closed(int code, String reason) {
            closes.add(code + " " + reason);
        }
    }
}
