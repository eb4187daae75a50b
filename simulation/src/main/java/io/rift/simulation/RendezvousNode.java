package io.rift.simulation;

import io.rift.protocol.IpAddress;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.server.core.rendezvous.Outcome;
import io.rift.server.core.rendezvous.RendezvousOutput;
import io.rift.server.core.rendezvous.RendezvousServer;
import io.rift.simulation.network.Trace;
import io.rift.simulation.network.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the server's shell is in production, for one {@link RendezvousServer}: WebSockets that deliver texts in order
 * after a fixed delay, and the codec at the server's end of them.
 */
public final class RendezvousNode {
    private final VirtualTime time;
    private final Trace trace;
    private final IpAddress address;
    private final RendezvousServer core;
    private final VirtualTime.Timer timer;
    private final Map<Long, WebSocket> socketById = new LinkedHashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private UnaryOperator<RendezvousMessage.FromServer> tampering = UnaryOperator.identity();
    private long lastConnectionId;

    /**
     * A rendezvous that nobody is connected to.
     *
     * @param address of the server, as clients dial it
     */
    public RendezvousNode(VirtualTime time, Trace trace, IpAddress address, RendezvousServer core) {
        this.time = time;
        this.trace = trace;
        this.address = address;
        this.core = core;
        this.timer = time.timer(this::onTimeout);
    }

    /**
     * Dials the server. The connection opens after a round trip.
     *
     * @param name of the client, for the trace
     * @param from the client's address as the server sees it
     * @param oneWay how long a text is under way
     * @param listener hears of the connection
     */
    public WebSocket dial(String name, IpAddress from, Duration oneWay, WebSocket.Listener listener) {
        WebSocket socket = new WebSocket(this, name, ++lastConnectionId, oneWay.toNanos(), listener);
        time.after(socket.oneWayNanos(), () -> accept(socket, from));
        return socket;
    }

    /** Every text that the server received or sent, in this order. */
    public List<String> texts() {
        return List.copyOf(texts);
    }

    /** How many clients the server believes to be connected. */
    public int connections() {
        return socketById.size();
    }

    /** What calling peers reported. */
    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** Makes a hostile server of it: every message that the server sends is replaced by what this returns. */
    public void tamperWith(UnaryOperator<RendezvousMessage.FromServer> tampering) {
        this.tampering = tampering;
    }

    /** Stops in good order. */
    public void shutDown() {
        core.shutDown();
        drain();
    }

    VirtualTime time() {
        return time;
    }

    void onText(WebSocket socket, String text) {
        if (!socketById.containsKey(socket.id())) {
            return;
        }
        trace.note(socket.name() + " -> rendezvous", text);
        texts.add(text);
        core.handleText(socket.id(), text, time.nowNanos(), time.wallSeconds());
        drain();
    }

    void onPong(WebSocket socket) {
        core.handlePong(socket.id(), time.nowNanos());
        drain();
    }

    void onDisconnected(WebSocket socket) {
        if (socketById.remove(socket.id()) != null) {
            trace.note(socket.name() + " -> rendezvous", "disconnected");
            core.handleDisconnected(socket.id());
            drain();
        }
    }

    private void accept(WebSocket socket, IpAddress from) {
        socketById.put(socket.id(), socket);
        socket.deliver(socket::opened);
        core.handleConnected(socket.id(), from, address, time.nowNanos());
        drain();
    }

    private void onTimeout() {
        core.handleTimeout(time.nowNanos());
        drain();
    }

    private void drain() {
        for (RendezvousOutput output = core.poll(); output != null; output = core.poll()) {
            switch (output) {
                case RendezvousOutput.Send send -> send(send.connectionId(), send.message());
                case RendezvousOutput.Ping ping -> toClient(ping.connectionId(), WebSocket::pinged);
                case RendezvousOutput.Close close -> {
                    toClient(
                            close.connectionId(),
                            socket -> socket.closed(
                                    close.code().number(), close.reason().wireName()));
                    socketById.remove(close.connectionId());
                }
                case RendezvousOutput.Reported reported -> outcomes.add(reported.outcome());
            }
        }
        long timeoutNanos = core.nextTimeoutNanos();
        if (timeoutNanos == RendezvousServer.NO_TIMEOUT) {
            timer.cancel();
        } else {
            timer.set(timeoutNanos);
        }
    }

    private void send(long connectionId, RendezvousMessage.FromServer message) {
        String text = RendezvousCodec.encode(tampering.apply(message));
        texts.add(text);
        toClient(connectionId, socket -> {
            trace.note("rendezvous -> " + socket.name(), text);
            socket.text(text);
        });
    }

    private void toClient(long connectionId, Consumer<WebSocket> action) {
        WebSocket socket = socketById.get(connectionId);
        if (socket != null) {
            socket.deliver(() -> action.accept(socket));
        }
    }
}
