package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.protocol.stun.StunMessage;
import io.rift.simulation.network.Link;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server and two peers, "a" who calls and "b" who is called. */
final class Call {
    private static final String CANARY = "the canary sings";

    private final Internet internet;
    private final ServerNode server;
    private final Internet.PeerSite siteA;
    private final Internet.PeerSite siteB;
    private final PeerNode a;
    private final PeerNode b;
    private PeerConversation outgoing;
    private int exchanged;

    Call(Internet internet, Site siteA, Site siteB) {
        this(internet, siteA, siteB, Internet.ACCESS, Internet.ACCESS, IceTransportPolicy.ALL);
    }

    Call(Internet internet, Site siteA, Site siteB, Link accessA, Link accessB, IceTransportPolicy policy) {
        this.internet = internet;
        this.server = new ServerNode(internet);
        this.siteA = internet.site("a", siteA, accessA);
        this.siteB = internet.site("b", siteB, accessB);
        this.a = peer(this.siteA, policy);
        this.b = peer(this.siteB, policy);
    }

    private PeerNode peer(Internet.PeerSite site, IceTransportPolicy policy) {
        Identity identity = Identity.generate(internet.network().randomGenerator());
        return new PeerNode(internet, server, site, identity, policy);
    }

    Internet internet() {
        return internet;
    }

    ServerNode server() {
        return server;
    }

    Internet.PeerSite siteA() {
        return siteA;
    }

    Internet.PeerSite siteB() {
        return siteB;
    }

    PeerNode a() {
        return a;
    }

    PeerNode b() {
        return b;
    }

    PeerConversation outgoing() {
        return outgoing;
    }

    PeerConversation incoming() {
        return b.incoming().getLast();
    }

    void run(Duration duration) {
        internet.network().time().run(duration.toNanos());
    }

    /** Signs both in, calls, and waits until both sides say that they are connected. */
    void connect() {
        run(Duration.ofSeconds(2));
        outgoing = a.connect(b.peerId());
        boolean connected = internet.network()
                .time()
                .runUntil(
                        () -> outgoing.failure() != null
                                || (outgoing.isEstablished()
                                        && !b.incoming().isEmpty()
                                        && incoming().isEstablished()),
                        PeerNode.CONNECT_TIMEOUT.plusSeconds(5).toNanos());
        assertThat(outgoing.failure()).isNull();
        assertThat(connected).as("connected").isTrue();
        assertThat(outgoing.provenPeer()).isEqualTo(b.peerId());
        assertThat(incoming().provenPeer()).isEqualTo(a.peerId());
    }

    /** Sends messages both ways at once; all of them arrive, in order. */
    void exchange(int count) {
        List<String> fromA = new ArrayList<>();
        List<String> fromB = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fromA.add(CANARY + " from a " + exchanged);
            fromB.add(CANARY + " from b " + exchanged);
            exchanged++;
            outgoing.send(fromA.getLast());
            incoming().send(fromB.getLast());
        }
        int wanted = exchanged;
        internet.network()
                .time()
                .runUntil(
                        () -> outgoing.received().size() == wanted
                                && incoming().received().size() == wanted,
                        Duration.ofSeconds(60).toNanos());
        assertThat(incoming().received()).endsWith(fromA.toArray(String[]::new)).hasSize(exchanged);
        assertThat(outgoing.received()).endsWith(fromB.toArray(String[]::new)).hasSize(exchanged);
    }

    void assertThatTheServerReadNothing() {
        // That nothing is found means something only where something can be found.
        byte[] magicCookie = ByteBuffer.allocate(Integer.BYTES)
                .putInt(StunMessage.MAGIC_COOKIE)
                .array();
        assertThat(server.capture().contains(magicCookie))
                .as("the capture of packets works")
                .isTrue();
        assertThat(server.saw(a.peerId().toString()))
                .as("the capture of texts works")
                .isTrue();
        assertThat(server.saw(CANARY)).as("the server saw a canary").isFalse();
    }
}
