package io.rift.simulation;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.rendezvous.Announcements;
import io.rift.server.core.rendezvous.Authorities;
import io.rift.server.core.rendezvous.RendezvousConfig;
import io.rift.server.core.rendezvous.RendezvousLimits;
import io.rift.server.core.rendezvous.RendezvousServer;
import io.rift.server.core.rendezvous.TurnCredentials;
import io.rift.server.core.turn.TurnServerConfig;
import io.rift.simulation.network.Capture;
import io.rift.simulation.network.Network;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** A whole Rift server on the server's host of an {@link Internet}: STUN on two ports, TURN and the rendezvous. */
public final class ServerNode {
    /** The name by which peers dial the rendezvous. */
    public static final String AUTHORITY = "rift.example";

    /** Ports for STUN; TURN is on the first. */
    public static final List<Integer> PORTS = List.of(3478, 3479);

    /** What makes the credentials of the rendezvous good for TURN. */
    public static final String SHARED_SECRET = "shared by TURN and rendezvous";

    private static final Duration CREDENTIALS_TTL = Duration.ofHours(1);

    private final Capture capture;
    private final TurnServerNode turn;
    private final RendezvousNode rendezvous;

    /** Starts the server and the capture on its host. */
    public ServerNode(Internet internet) {
        Network network = internet.network();
        RandomGenerator random = network.randomGenerator();
        byte[] nonceKey = new byte[Nonces.MIN_SECRET_BYTES];
        random.nextBytes(nonceKey);
        SharedSecrets secrets = new SharedSecrets(List.of(SHARED_SECRET));
        this.capture = internet.server().startCapture();
        this.turn = new TurnServerNode(
                internet.server(),
                network.time(),
                PORTS,
                TurnServerConfig.defaults(),
                new Authenticator(
                        "rift", Map.of(), secrets, new Nonces(List.of(nonceKey), Nonces.DEFAULT_LIFETIME_SECONDS)),
                policyOf(internet),
                network.randomGenerator());
        List<TransportAddress> listeners = turn.listeners();
        RendezvousConfig config = new RendezvousConfig(
                Authorities.of(List.of(AUTHORITY)),
                Announcements.always(listeners, List.of(listeners.getFirst())),
                new TurnCredentials(secrets, CREDENTIALS_TTL),
                RendezvousLimits.DEFAULTS);
        this.rendezvous = new RendezvousNode(
                network.time(),
                network.trace(),
                internet.server().address(),
                new RendezvousServer(config, network.randomGenerator()));
    }

    /** STUN and TURN. */
    public TurnServerNode turn() {
        return turn;
    }

    /** The rendezvous. */
    public RendezvousNode rendezvous() {
        return rendezvous;
    }

    /** Every datagram that the server received or sent. */
    public Capture capture() {
        return capture;
    }

    /** Whether the text was in any datagram or any rendezvous message that the server saw. */
    public boolean saw(String text) {
        return capture.contains(text.getBytes(StandardCharsets.UTF_8))
                || rendezvous.texts().stream().anyMatch(message -> message.contains(text));
    }

    /**
     * The public addresses of a simulation are documentation addresses, which a TURN server refuses as peers unless the
     * operator allows them. Private addresses stay refused.
     */
    private static PeerPolicy policyOf(Internet internet) {
        return PeerPolicy.of(internet.publicBlocks().stream().map(Cidr::parse).toList(), List.of());
    }
}
