package io.rift.simulation;

import io.rift.peer.core.turn.RelayedDatagram;
import io.rift.peer.core.turn.TurnClient;
import io.rift.peer.core.turn.TurnCredentials;
import io.rift.peer.core.turn.TurnOutput;
import io.rift.protocol.Demultiplexer;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.VirtualTime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A socket with nothing but a TURN client on it. */
final class TurnClientNode {
    private final VirtualTime time;
    private final TurnClient client;
    private final Host.UdpSocket socket;
    private final VirtualTime.Timer timer;
    private final List<TurnOutput> events = new ArrayList<>();
    private final List<String> received = new ArrayList<>();

    TurnClientNode(
            VirtualTime time, Host host, TransportAddress server, TurnCredentials credentials, RandomGenerator random) {
        this.time = time;
        this.client = new TurnClient(server, credentials, random);
        this.socket = host.bind(this::onDatagram);
        this.timer = time.timer(this::onTimeout);
    }

    void allocate() {
        client.allocate(time.nowNanos());
        drain();
    }

    void permit(TransportAddress peer) {
        client.requestPermission(peer.ip(), time.nowNanos());
        drain();
    }

    void bindChannel(TransportAddress peer) {
        client.bindChannel(peer, time.nowNanos());
        drain();
    }

    void close() {
        client.close(time.nowNanos());
        drain();
    }

    /** Whether there was a way to send. */
    boolean send(TransportAddress peer, String text) {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer datagram = ByteBuffer.allocate(
                        TurnClient.HEADROOM_BYTES + payload.length + TurnClient.TAILROOM_BYTES)
                .position(TurnClient.HEADROOM_BYTES)
                .put(payload)
                .flip()
                .position(TurnClient.HEADROOM_BYTES);
        boolean wrapped = client.wrap(datagram, peer, time.nowNanos());
        if (wrapped) {
            socket.send(client.server(), datagram);
        }
        drain();
        return wrapped;
    }

    TransportAddress relayedAddress() {
        TransportAddress relayed = client.relayedAddress();
        if (relayed == null) {
            throw new AssertionError("no allocation; events: " + events);
        }
        return relayed;
    }

    /** What the client made known, without what it sent. */
    List<TurnOutput> events() {
        return events;
    }

    /** Each {@code <peer> <text>}. */
    List<String> received() {
        return received;
    }

    private void onDatagram(TransportAddress source, ByteBuffer datagram) {
        if (Demultiplexer.classify(datagram) == Demultiplexer.Kind.CHANNEL_DATA) {
            TransportAddress peer = client.handleChannelData(datagram);
            if (peer != null) {
                received.add(peer + " " + StandardCharsets.US_ASCII.decode(datagram));
            }
        } else {
            StunMessage message = StunMessage.parse(datagram);
            RelayedDatagram relayed = message == null ? null : client.handleStun(message, time.nowNanos());
            if (relayed != null) {
                received.add(relayed.peer() + " " + StandardCharsets.US_ASCII.decode(relayed.payload()));
            }
        }
        drain();
    }

    private void onTimeout() {
        client.handleTimeout(time.nowNanos());
        drain();
    }

    private void drain() {
        for (TurnOutput output = client.poll(); output != null; output = client.poll()) {
            if (output instanceof TurnOutput.Transmit transmit) {
                socket.send(client.server(), transmit.datagram());
            } else {
                events.add(output);
            }
        }
        if (client.nextTimeoutNanos() == TurnClient.NEVER) {
            timer.cancel();
        } else {
            timer.set(client.nextTimeoutNanos());
        }
    }
}
