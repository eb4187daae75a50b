package io.rift.server.socket;

import io.rift.protocol.IpAddress;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The sockets of a server on loopback with one shard that tests can look into; for alice, to peers at 127.0.9.0/24. */
final class AliceServer {

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    private AliceServer() {}

    static TurnSockets open() {
        LiveRelays relays = new LiveRelays(Set.of(LOOPBACK));
        Authenticator alice = new Authenticator(
                "rift",
                Map.of("alice", "wonderland"),
                SharedSecrets.none(),
                new Nonces(List.of(new byte[Nonces.MIN_SECRET_BYTES]), Nonces.DEFAULT_LIFETIME_SECONDS));
        Listener listener = new Listener(LOOPBACK, LOOPBACK, LOOPBACK);
        ConnectionBounds bounds = new ConnectionBounds(10, 10, 10, Duration.ofSeconds(60), Duration.ofSeconds(60));
        return TurnSockets.open(
                new TurnSockets.Settings(
                        List.of(listener),
                        List.of(listener),
                        0,
                        0,
                        new ConnectionSettings(0, -1, -1, null, List.of(), bounds),
                        1),
                count -> new TurnServer(
                        TurnServerConfig.defaults(),
                        alice,
                        PeerPolicy.of(List.of(Cidr.parse("127.0.9.0/24")), List.of()),
                        relays,
                        new Random(1)),
                relays,
                null);
    }
}
