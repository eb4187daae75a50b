package io.rift.simulation;

import io.rift.peer.core.ice.CandidatePair;
import io.rift.peer.core.path.PathKind;
import io.rift.peer.core.session.CloseReason;
import io.rift.peer.core.session.ConnectFailure;
import io.rift.peer.core.session.ConnectionId;
import io.rift.peer.core.session.EndpointOutput;
import io.rift.protocol.PeerId;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** One connection of a {@link PeerNode} with everything that happened to it, and an application that sends texts. */
public final class PeerConversation {
    private final PeerNode node;
    private final ConnectionId id;
    private final PeerId peer;
    private final long startedNanos;
    private final Queue<byte[]> unsent = new ArrayDeque<>();
    private final List<String> received = new ArrayList<>();
    private final List<String> receivedDatagrams = new ArrayList<>();
    private final List<PathKind> paths = new ArrayList<>();
    private @Nullable PeerId provenPeer;
    private @Nullable Suite suite;
    private @Nullable CandidatePair path;
    private @Nullable ConnectFailure failure;
    private @Nullable CloseReason closeReason;
    private long connectNanos = -1;

    PeerConversation(PeerNode node, ConnectionId id, PeerId peer) {
        this.node = node;
        this.id = id;
        this.peer = peer;
        this.startedNanos = node.now();
    }

    /** The endpoint's name for it. */
    public ConnectionId id() {
        return id;
    }

    /** Whom it is meant to be with. */
    public PeerId peer() {
        return peer;
    }

    /** Whether the handshake is done; stays true after the end. */
    public boolean isEstablished() {
        return path != null;
    }

    /** Whether messages can be sent and received now. */
    public boolean isOpen() {
        return isEstablished() && closeReason == null;
    }

    /** Who the other side proved to be, once established. */
    public @Nullable PeerId provenPeer() {
        return provenPeer;
    }

    /** What protects it, once established. */
    public @Nullable Suite suite() {
        return suite;
    }

    /** How packets travel, once established. */
    public @Nullable CandidatePair path() {
        return path;
    }

    /** The kinds of all paths so far, oldest first. */
    public List<PathKind> pathKinds() {
        return List.copyOf(paths);
    }

    /** Why the attempt failed, if it did. */
    public @Nullable ConnectFailure failure() {
        return failure;
    }

    /** Why the established connection ended, if it did. */
    public @Nullable CloseReason closeReason() {
        return closeReason;
    }

    /** From the call or the offer to the end of the handshake, -1 before. */
    public long connectNanos() {
        return connectNanos;
    }

    /** Texts that arrived as messages, in order. */
    public List<String> received() {
        return List.copyOf(received);
    }

    /** Texts that arrived as unreliable datagrams. */
    public List<String> receivedDatagrams() {
        return List.copyOf(receivedDatagrams);
    }

    /** Sends a text; while the send buffer is full it waits outside. */
    public void send(String text) {
        unsent.add(text.getBytes(StandardCharsets.UTF_8));
        flush();
        node.drain();
    }

    /** Sends a text that may be lost. */
    public void sendDatagram(String text) {
        byte[] datagram = text.getBytes(StandardCharsets.UTF_8);
        node.endpoint().sendDatagram(id, PayloadKind.BULK, 0, datagram, node.now());
        node.drain();
    }

    /** Closes from this side. */
    public void close() {
        node.endpoint().close(id, node.now());
        node.drain();
    }

    void established(EndpointOutput.ConnectionEstablished event) {
        connectNanos = node.now() - startedNanos;
        provenPeer = event.peer();
        suite = event.suite();
        pathChanged(event.path());
    }

    void pathChanged(CandidatePair changed) {
        path = changed;
        paths.add(changed.pathKind());
    }

    void failed(ConnectFailure why) {
        failure = why;
    }

    void closed(CloseReason why) {
        closeReason = why;
    }

    void received(ByteBuffer message) {
        received.add(StandardCharsets.UTF_8.decode(message).toString());
        node.endpoint().consumed(id, node.now());
    }

    void receivedDatagram(ByteBuffer datagram) {
        receivedDatagrams.add(StandardCharsets.UTF_8.decode(datagram).toString());
    }

    void flush() {
        while (!unsent.isEmpty() && node.endpoint().send(id, unsent.peek(), node.now())) {
            unsent.remove();
        }
    }
}
