package io.rift.peer.core.session;

import io.rift.peer.core.time.Deadlines;
import io.rift.peer.core.turn.RelayedDatagram;
import io.rift.peer.core.turn.TurnClient;
import io.rift.peer.core.turn.TurnOutput;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The one allocation of an endpoint: made when a connection needs it, at the first TURN server that grants one, and
 * given back some time after the last connection. A server that does not answer soon is given up for the next one, as a
 * connection attempt ends long before a whole STUN transaction; the last one is waited for.
 */
final class Relay {

    /** Allocations that may be lost before a new connection, or new credentials, are a reason to ask for another. */
    private static final int MAX_LOSSES = 3;

    /** What the allocation means for others. */
    interface Listener {
        void allocated(TransportAddress relayed, TransportAddress server);

        void allocationLost(TransportAddress relayed);

        void permissionInstalled(IpAddress peer);

        void permissionRefused(IpAddress peer);

        void credentialsNeeded();
    }

    private final RandomGenerator random;
    private final Outbox outbox;
    private final Listener listener;
    private List<EndpointConfig.Turn> servers = List.of();
    private int firstIndex;
    private int tried;
    private int losses;
    private boolean needed;
    private boolean failed;
    private boolean closing;
    private long releaseAtNanos = Deadlines.NEVER;
    private long patienceEndsNanos = Deadlines.NEVER;
    private @Nullable TurnClient client;

    Relay(RandomGenerator random, Outbox outbox, Listener listener) {
        this.random = random;
        this.outbox = outbox;
        this.listener = listener;
    }

    /** The servers to use from now on, or fresh credentials for them. */
    void servers(List<EndpointConfig.Turn> newServers, long nowNanos) {
        firstIndex = indexIn(newServers);
        servers = newServers;
        tried = 0;
        losses = 0;
        failed = false;
        TurnClient current = client;
        if (current == null) {
            if (needed) {
                allocate(nowNanos);
            }
            return;
        }
        for (EndpointConfig.Turn server : newServers) {
            if (server.address().equals(current.server())) {
                current.credentials(server.credentials(), nowNanos);
            }
        }
    }

    /** Where the current server is in this list, or the one that would be asked next. */
    private int indexIn(List<EndpointConfig.Turn> newServers) {
        if (servers.isEmpty()) {
            return 0;
        }
        TransportAddress current = client == null ? servers.get(firstIndex).address() : client.server();
        for (int i = 0; i < newServers.size(); i++) {
            if (newServers.get(i).address().equals(current)) {
                return i;
            }
        }
        return 0;
    }

    /** A connection begins: it wants a relayed candidate, at least to fall back on. */
    void need(long nowNanos) {
        needed = true;
        releaseAtNanos = Deadlines.NEVER;
        losses = 0;
        if (client == null) {
            failed = false;
            tried = 0;
            allocate(nowNanos);
        }
    }

    /** The last connection is gone. */
    void release(long nowNanos) {
        if (needed) {
            needed = false;
            releaseAtNanos = nowNanos + EndpointLimits.RELAY_LINGER.toNanos();
        }
    }

    /** Gives the allocation back at once. */
    void close(long nowNanos) {
        needed = false;
        releaseAtNanos = Deadlines.NEVER;
        patienceEndsNanos = Deadlines.NEVER;
        if (client != null && !closing) {
            closing = true;
            client.close(nowNanos);
        }
    }

    /** Whether nothing is left of it. */
    boolean isClosed() {
        return client == null;
    }

    /** Whether it is known if there will be a relayed candidate. */
    boolean isSettled() {
        return servers.isEmpty() || failed || (client != null && client.relayedAddress() != null);
    }

    private void allocate(long nowNanos) {
        if (tried >= servers.size()) {
            failed = !servers.isEmpty();
            return;
        }
        EndpointConfig.Turn server = servers.get((firstIndex + tried) % servers.size());
        boolean isLast = tried == servers.size() - 1;
        patienceEndsNanos = isLast ? Deadlines.NEVER : nowNanos + EndpointLimits.RELAY_PATIENCE.toNanos();
        TurnClient fresh = new TurnClient(server.address(), server.credentials(), random);
        client = fresh;
        closing = false;
        fresh.allocate(nowNanos);
    }

    boolean isServer(TransportAddress address) {
        return client != null && client.server().equals(address);
    }

    @Nullable TransportAddress relayedAddress() {
        return client == null ? null : client.relayedAddress();
    }

    /** The peer that sent what the datagram is narrowed to, or null. */
    @Nullable TransportAddress handleChannelData(ByteBuffer datagram) {
        return client == null ? null : client.handleChannelData(datagram);
    }

    /** What a Data indication carried, or null. */
    @Nullable RelayedDatagram handleStun(StunMessage message, long nowNanos) {
        return client == null ? null : client.handleStun(message, nowNanos);
    }

    void requestPermission(IpAddress peer, long nowNanos) {
        if (client == null) {
            listener.permissionRefused(peer);
        } else {
            client.requestPermission(peer, nowNanos);
        }
    }

    /** Saves the 32 bytes by which a Send indication is longer, from the moment the server has bound the channel. */
    void bindChannel(TransportAddress peer, long nowNanos) {
        if (client != null) {
            client.bindChannel(peer, nowNanos);
        }
    }

    /** Sends through the allocation; without one, or without a permission, the datagram is lost. */
    void transmit(TransportAddress peer, ByteBuffer payload, long nowNanos) {
        TurnClient current = client;
        if (current == null) {
            return;
        }
        int length = payload.remaining();
        ByteBuffer wrapped = ByteBuffer.allocate(TurnClient.HEADROOM_BYTES + length + TurnClient.TAILROOM_BYTES);
        wrapped.position(TurnClient.HEADROOM_BYTES).limit(TurnClient.HEADROOM_BYTES + length);
        wrapped.put(wrapped.position(), payload, payload.position(), length);
        if (current.wrap(wrapped, peer, nowNanos)) {
            outbox.transmit(current.server(), wrapped);
        }
    }

    /** Drains the client; whether there was anything. */
    boolean drain(long nowNanos) {
        boolean any = false;
        TurnClient current = client;
        TurnOutput output = current == null ? null : current.poll();
        while (current != null && output != null) {
            any = true;
            handle(current, output, nowNanos);
            current = client;
            output = current == null ? null : current.poll();
        }
        return any;
    }

    private void handle(TurnClient from, TurnOutput output, long nowNanos) {
        switch (output) {
            case TurnOutput.Transmit(ByteBuffer datagram) -> outbox.transmit(from.server(), datagram);
            case TurnOutput.Allocated allocated -> {
                patienceEndsNanos = Deadlines.NEVER;
                firstIndex = indexIn(servers);
                tried = 0;
                listener.allocated(allocated.relayedAddress(), from.server());
            }
            case TurnOutput.AllocationFailed ignored -> {
                client = null;
                patienceEndsNanos = Deadlines.NEVER;
                tried++;
                if (needed) {
                    allocate(nowNanos);
                }
            }
            case TurnOutput.AllocationLost lost -> {
                listener.allocationLost(lost.relayedAddress());
                client = null;
                losses++;
                failed = losses > MAX_LOSSES;
                if (needed && !failed) {
                    allocate(nowNanos);
                }
            }
            case TurnOutput.PermissionInstalled installed -> listener.permissionInstalled(installed.peer());
            case TurnOutput.PermissionRefused refused -> listener.permissionRefused(refused.peer());
            case TurnOutput.ChannelBound ignored -> {}
            case TurnOutput.ChannelRefused ignored -> {}
            case TurnOutput.CredentialsNeeded ignored -> listener.credentialsNeeded();
            case TurnOutput.Closed ignored -> {
                client = null;
                tried = 0;
                if (needed) {
                    allocate(nowNanos); // a connection began while the old allocation was being deleted
                }
            }
        }
    }

    long nextTimeoutNanos() {
        long ofClient = client == null ? Deadlines.NEVER : client.nextTimeoutNanos();
        return Deadlines.earlier(ofClient, Deadlines.earlier(releaseAtNanos, patienceEndsNanos));
    }

    void handleTimeout(long nowNanos) {
        if (Deadlines.isDue(releaseAtNanos, nowNanos)) {
            TransportAddress relayed = relayedAddress();
            if (relayed != null) {
                listener.allocationLost(relayed);
            }
            close(nowNanos);
        }
        if (client != null && Deadlines.isDue(patienceEndsNanos, nowNanos)) {
            patienceEndsNanos = Deadlines.NEVER;
            client.giveUp();
        }
        if (client != null) {
            client.handleTimeout(nowNanos);
        }
    }
}
