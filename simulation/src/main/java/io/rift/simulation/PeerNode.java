package io.rift.simulation;

import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.session.ConnectionId;
import io.rift.peer.core.session.Endpoint;
import io.rift.peer.core.session.EndpointConfig;
import io.rift.peer.core.session.EndpointOutput;
import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.Network;
import io.rift.simulation.network.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the SDK's shell is in production, for one {@link Endpoint} on a simulated host: one UDP socket, one WebSocket
 * that is dialed again when it is gone, and a clock. It accepts every call.
 */
public final class PeerNode {
    /** How long an attempt to connect may take. */
    public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

    private static final Duration RENDEZVOUS_ONE_WAY = Duration.ofMillis(20);
    private static final long REDIAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final Network network;
    private final ServerNode server;
    private final Internet.PeerSite site;
    private final Identity identity;
    private final Endpoint endpoint;
    private final Host.UdpSocket socket;
    private final VirtualTime.Timer timer;
    private final Map<ConnectionId, PeerConversation> conversationById = new LinkedHashMap<>();
    private final List<PeerConversation> incoming = new ArrayList<>();
    private final List<String> signInRefusals = new ArrayList<>();
    private @Nullable WebSocket webSocket;
    private boolean isOff;

    /** Starts a peer with a new identity that uses every candidate. */
    public PeerNode(Internet internet, ServerNode server, Internet.PeerSite site) {
        this(internet, server, site, Identity.generate(internet.network().randomGenerator()), IceTransportPolicy.ALL);
    }

    /** Starts a peer. */
    public PeerNode(
            Internet internet,
            ServerNode server,
            Internet.PeerSite site,
            Identity identity,
            IceTransportPolicy policy) {
        this.network = internet.network();
        this.server = server;
        this.site = site;
        this.identity = identity;
        this.socket = site.host().bind(this::onDatagram);
        this.timer = network.time().timer(this::onTimeout);
        this.endpoint = new Endpoint(
                new EndpointConfig(ServerNode.AUTHORITY, policy, CONNECT_TIMEOUT, null),
                identity,
                socket.local(),
                List.of(site.host().address()),
                network.randomGenerator(),
                now(),
                network.time().wallSeconds());
        dial();
        drain();
    }

    /** Who it is. */
    public PeerId peerId() {
        return identity.peerId();
    }

    /** Its keys, to start the same peer again. */
    public Identity identity() {
        return identity;
    }

    /** The state machine, for its counters. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The calls that it accepted, oldest first. */
    public List<PeerConversation> incoming() {
        return List.copyOf(incoming);
    }

    /** What the rendezvous said when it did not take this peer. */
    public List<String> signInRefusals() {
        return List.copyOf(signInRefusals);
    }

    /** Calls another peer. */
    public PeerConversation connect(PeerId peer) {
        PeerConversation conversation = new PeerConversation(this, endpoint.connect(peer, now()), peer);
        conversationById.put(conversation.id(), conversation);
        drain();
        return conversation;
    }

    /** Stops in good order: connections are closed, the allocation is deleted. */
    public void stop() {
        endpoint.stop(now());
        drain();
    }

    /** The machine loses power: nothing more is sent, nobody is told. */
    public void powerOff() {
        isOff = true;
        timer.cancel();
        socket.close();
        if (webSocket != null) {
            webSocket.vanish();
        }
    }

    /** The TCP connection to the rendezvous breaks; it is dialed again a second later. */
    public void cutRendezvous() {
        if (webSocket != null) {
            webSocket.cut();
        }
    }

    long now() {
        return network.time().nowNanos();
    }

    void drain() {
        for (EndpointOutput output = endpoint.poll(); output != null; output = endpoint.poll()) {
            handle(output);
        }
        if (isOff || endpoint.nextTimeoutNanos() == Endpoint.NEVER) {
            timer.cancel();
        } else {
            timer.set(endpoint.nextTimeoutNanos());
        }
    }

    private void handle(EndpointOutput output) {
        switch (output) {
            case EndpointOutput.TransmitDatagram transmit -> socket.send(transmit.to(), transmit.datagram());
            case EndpointOutput.SendRendezvous send -> {
                if (webSocket != null) {
                    webSocket.send(RendezvousCodec.encode(send.message()));
                }
            }
            case EndpointOutput.DisconnectRendezvous disconnect -> hangUp();
            case EndpointOutput.SignedIn signedIn -> {}
            case EndpointOutput.SignInRefused refused ->
                signInRefusals.add(refused.code().wireName());
            case EndpointOutput.IncomingConnection call -> {
                PeerConversation conversation = new PeerConversation(this, call.id(), call.from());
                conversationById.put(call.id(), conversation);
                incoming.add(conversation);
                endpoint.accept(call.id(), now());
            }
            case EndpointOutput.ConnectionEstablished established ->
                conversation(established.id()).established(established);
            case EndpointOutput.ConnectionFailed failed ->
                conversation(failed.id()).failed(failed.failure());
            case EndpointOutput.MessageReceived message ->
                conversation(message.id()).received(message.message());
            case EndpointOutput.DatagramReceived datagram ->
                conversation(datagram.id()).receivedDatagram(datagram.datagram());
            case EndpointOutput.SendBufferFreed freed ->
                conversation(freed.id()).flush();
            case EndpointOutput.PathChanged changed ->
                conversation(changed.id()).pathChanged(changed.path());
            case EndpointOutput.ConnectionClosed closed ->
                conversation(closed.id()).closed(closed.reason());
            case EndpointOutput.Stopped stopped -> {
                isOff = true;
                socket.close();
                if (webSocket != null) {
                    webSocket.close();
                }
            }
        }
    }

    private PeerConversation conversation(ConnectionId id) {
        PeerConversation conversation = conversationById.get(id);
        if (conversation == null) {
            throw new IllegalStateException("the endpoint speaks of " + id + ", which nobody knows");
        }
        return conversation;
    }

    private void onDatagram(TransportAddress source, ByteBuffer datagram) {
        endpoint.handleDatagram(source, datagram, now());
        drain();
    }

    private void onTimeout() {
        endpoint.handleTimeout(now());
        drain();
    }

    private void dial() {
        webSocket = server.rendezvous()
                .dial(site.host().name(), site.external(), RENDEZVOUS_ONE_WAY, new RendezvousListener());
    }

    private void hangUp() {
        if (webSocket != null) {
            webSocket.close();
            disconnected();
        }
    }

    private void disconnected() {
        webSocket = null;
        endpoint.rendezvousDisconnected(now());
        network.time().after(REDIAL_NANOS, () -> {
            if (!isOff && webSocket == null) {
                dial();
            }
        });
        drain();
    }

    private final class RendezvousListener implements WebSocket.Listener {
        @Override
        public void opened() {
            endpoint.rendezvousConnected(now());
            drain();
        }

        @Override
        public void text(String text) {
            switch (RendezvousCodec.decodeFromServer(text)) {
                case Decoded.Message<FromServer>(FromServer message) -> {
                    endpoint.handleRendezvous(message, now(), network.time().wallSeconds());
                    drain();
                }
                case Decoded.Rejected<FromServer> rejected ->
                    throw new IllegalStateException("our own server sent " + text + ": " + rejected.reason());
            }
        }

        @Override
        public void pinged() {
            endpoint.rendezvousHeard(now());
            drain();
        }

        @Override
        public void closed(int code, String reason) {
            disconnected();
        }
    }
}
