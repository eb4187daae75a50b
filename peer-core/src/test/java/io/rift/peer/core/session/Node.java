package io.rift.peer.core.session;

import io.rift.peer.core.secure.Identity;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A host of a {@link World}: an endpoint, and an application that accepts everything unless told otherwise. */
final class Node {

    static final int PORT = 40_000;
    static final TransportAddress BASE = TransportAddress.parse("0.0.0.0:40000");

    final Endpoint endpoint;
    final List<EndpointOutput> events = new ArrayList<>();
    boolean accepts = true;
    boolean decides = true;
    boolean consumes = true;
    int messages;

    private final World world;
    private final List<IpAddress> addresses;

    Node(World world, Identity identity, List<IpAddress> addresses, IceTransportPolicy policy) {
        this.world = world;
        this.addresses = addresses;
        EndpointConfig config = new EndpointConfig("rendezvous.test", policy, Duration.ofSeconds(15), null);
        endpoint = new Endpoint(config, identity, BASE, addresses, world.random, world.nowNanos, World.WALL_SECONDS);
    }

    IpAddress addressTowards(IpAddress to) {
        return addresses.stream()
                .filter(own -> own.ipv4() >>> 8 == to.ipv4() >>> 8)
                .findFirst()
                .orElse(addresses.getFirst());
    }

    void signIn() {
        world.rendezvous.connect(this);
    }

    void rendezvousConnected() {
        endpoint.rendezvousConnected(world.nowNanos);
        drain();
    }

    void rendezvousDisconnected() {
        endpoint.rendezvousDisconnected(world.nowNanos);
        drain();
    }

    void rendezvousMessage(FromServer message) {
        endpoint.handleRendezvous(message, world.nowNanos, World.WALL_SECONDS);
        drain();
    }

    void datagram(TransportAddress from, ByteBuffer datagram) {
        endpoint.handleDatagram(from, datagram, world.nowNanos);
        drain();
    }

    ConnectionId connect(Node other) {
        ConnectionId id = endpoint.connect(other.endpoint.peerId(), world.nowNanos);
        drain();
        return id;
    }

    boolean send(ConnectionId id, String text) {
        boolean taken = endpoint.send(id, text.getBytes(StandardCharsets.UTF_8), world.nowNanos);
        drain();
        return taken;
    }

    void close(ConnectionId id) {
        endpoint.close(id, world.nowNanos);
        drain();
    }

    void stop() {
        endpoint.stop(world.nowNanos);
        drain();
    }

    void timeout() {
        long due = endpoint.nextTimeoutNanos();
        if (due != Endpoint.NEVER && world.nowNanos - due >= 0) {
            endpoint.handleTimeout(world.nowNanos);
            drain();
        }
    }

    void drain() {
        for (EndpointOutput output = endpoint.poll(); output != null; output = endpoint.poll()) {
            switch (output) {
                case EndpointOutput.TransmitDatagram(TransportAddress to, ByteBuffer datagram) ->
                    world.transmit(this, to, datagram);
                case EndpointOutput.SendRendezvous send -> world.rendezvous.receive(this, send.message());
                case EndpointOutput.DisconnectRendezvous ignored -> {
                    events.add(output);
                    world.rendezvous.disconnect(this);
                }
                case EndpointOutput.IncomingConnection incoming -> {
                    events.add(output);
                    decide(incoming.id());
                }
                case EndpointOutput.MessageReceived message -> {
                    events.add(output);
                    messages++;
                    if (consumes) {
                        endpoint.consumed(message.id(), world.nowNanos);
                    }
                }
                default -> events.add(output);
            }
        }
    }

    private void decide(ConnectionId id) {
        if (decides && accepts) {
            endpoint.accept(id, world.nowNanos);
        } else if (decides) {
            endpoint.refuse(id, world.nowNanos);
        }
    }

    <T extends EndpointOutput> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    boolean has(Class<? extends EndpointOutput> type) {
        return events.stream().anyMatch(type::isInstance);
    }

    /** The one connection that was established. */
    ConnectionId established() {
        return events(EndpointOutput.ConnectionEstablished.class).getLast().id();
    }

    ConnectFailure failure() {
        return events(EndpointOutput.ConnectionFailed.class).getLast().failure();
    }

    List<String> texts() {
        return events(EndpointOutput.MessageReceived.class).stream()
                .map(event -> StandardCharsets.UTF_8
                        .decode(event.message().duplicate())
                        .toString())
                .toList();
    }
}
