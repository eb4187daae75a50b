package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.discovery.BehaviourDiscovery;
import io.rift.server.core.discovery.DiscoveryAddresses;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.AnswerBudget;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server side of STUN (RFC 8489) and TURN (RFC 8656) as a state machine without sockets, threads and
 * clock. One instance is one shard: it belongs to one event loop and shares nothing.
 *
 * <p>After every input the shell drains {@link #poll()} and reads {@link #nextTimeoutNanos()} again. {@code nowNanos}
 * is a monotonic time that never goes back between calls; {@code wallSeconds} is Unix time.
 */
public final class TurnServer {

    /** Room that {@link #handleRelayedDatagram} needs in front of a peer's payload, in bytes. */
    public static final int HEADROOM_BYTES = 48;

    /** Room that it needs behind the payload, in bytes. */
    public static final int TAILROOM_BYTES = 3;

    /** What {@link #nextTimeoutNanos()} answers when nothing is waiting for time to pass. */
    public static final long NO_TIMEOUT = Long.MAX_VALUE;

    private static final int NO_BITS = -1;

    private final TurnCounters counters = new TurnCounters();
    private final Queue<TurnCommand> commands = new ArrayDeque<>();
    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final AnswerBudget answerBudget;
    private final RelaySockets sockets;
    private final Quotas quotas;
    private final Allocations allocations;
    private final Mobility mobility;
    private final RelayOpener opener;
    private final BindingHandler binding;
    private final IcmpErrors icmpErrors;
    private final AllocateHandler allocate;
    private final ControlPath control;
    private final DataPath data;
    private final Administration administration;
    private final TcpRelaying tcp;

    /**
     * A server without allocations.
     *
     * @param config bounds and times
     * @param authenticator knows the users and makes the nonces
     * @param policy which peers may be reached
     * @param relayed the node's own addresses
     * @param random chooses ports, tokens and transaction ids; a shell passes a SecureRandom
     */
    public TurnServer(
            TurnServerConfig config,
            Authenticator authenticator,
            PeerPolicy policy,
            RelayedAddresses relayed,
            RandomGenerator random) {
        PeerAccess access = new PeerAccess(policy, relayed);
        answerBudget = new AnswerBudget(config.answerBudget(), random);
        Responder responder = new Responder(commands, counters, answerBudget, config.software());
        long hashKey = random.nextLong();
        sockets = new RelaySockets(commands, config.relayPorts(), hashKey, random);
        PeerConnections peerConnections =
                new PeerConnections(config.tcpRelay(), commands, deadlines, counters, responder, random);
        quotas = new Quotas(config.limits(), counters, deadlines);
        allocations = new Allocations(quotas, counters, deadlines, sockets, peerConnections, hashKey);
        mobility = new Mobility(config.mobility(), allocations, deadlines, responder, random);
        opener = new RelayOpener(config, allocations, deadlines, sockets, mobility, responder, counters, random);
        binding = new BindingHandler(responder);
        icmpErrors = new IcmpErrors(commands, counters, random);
        AllocationRequests requests =
                new AllocationRequests(config, allocations, quotas, deadlines, access, mobility, responder, counters);
        tcp = new TcpRelaying(
                allocations, requests, quotas, peerConnections, access, responder, commands, counters, random);
        allocate = new AllocateHandler(config, allocations, opener, responder, counters);
        control = new ControlPath(
                authenticator, allocate, requests, binding, tcp, config.setsDontFragment(), responder, counters);
        data = new DataPath(
                allocations,
                access,
                quotas,
                mobility,
                sockets.inside(),
                counters,
                config.setsDontFragment(),
                random.nextLong());
        administration =
                new Administration(this, allocations, opener, sockets, quotas, access, peerConnections, control);
    }

    /**
     * Takes a message from a client: a datagram, or one message cut out of a stream. When it carries data for a peer, the answer is where to send it, and the
     * datagram's position and limit then enclose the application data. Otherwise the answer is null and
     * {@link #poll()} may have commands.
     *
     * @param client where it came from
     * @param local where it arrived
     * @param datagram from position to limit; its content is not changed
     */
    public @Nullable Route handleClientMessage(
            TransportAddress client, ServerAddress local, ByteBuffer datagram, long nowNanos, long wallSeconds) {
        handleTimeout(nowNanos);
        int firstBits = datagram.hasRemaining() ? (datagram.get(datagram.position()) & 0xFF) >>> 6 : NO_BITS;
        // RFC 8656 section 12: the first two bits tell ChannelData (01) from STUN (00).
        switch (firstBits) {
            case 0b00 -> {
                if (SendIndication.isSendIndication(datagram)) {
                    return data.sendIndication(client, local, datagram, nowNanos);
                }
                control.handle(client, local, datagram, nowNanos, wallSeconds);
            }
            case 0b01 -> {
                return data.channelData(client, local, datagram, nowNanos);
            }
            default -> counters.drop(DropReason.NOT_STUN_OR_CHANNEL_DATA);
        }
        return null;
    }

    /** How many mobility tickets open something. */
    int tickets() {
        return allocations.tickets();
    }

    /**
     * Whether the shell may send a datagram of its own, such as the cookie of a handshake, to an address that nobody has
     * proven to be the client's. If so its bytes are taken from the budget for such answers, otherwise it counts as
     * dropped.
     *
     * @param bytes of the datagram, without the headers of IP and UDP
     */
    public boolean mayAnswerUnproven(TransportAddress client, int bytes, long nowNanos) {
        boolean may = answerBudget.take(client.ip(), bytes + Reply.headerBytes(client), nowNanos);
        if (!may) {
            counters.drop(DropReason.ANSWER_BUDGET);
        }
        return may;
    }

    /** Whether there is an allocation of this 5-tuple, or is about to be. */
    public boolean hasAllocation(TransportAddress client, ServerAddress local) {
        return allocations.get(client, local) != null;
    }

    /**
     * A client's connection has ended: so does its allocation, unless the client can come back for it with a mobility
     * ticket. For transports that are connections; over UDP only time tells.
     */
    public void clientDisconnected(TransportAddress client, ServerAddress local, long nowNanos) {
        handleTimeout(nowNanos);
        Allocation allocation = allocations.get(client, local);
        if (allocation == null) {
            return;
        }
        Opening opening = allocation.opening();
        if (opening != null) {
            opener.abandon(opening);
        } else if (!mobility.survives(allocation, client, local, nowNanos)) {
            allocations.remove(allocation);
        }
    }

    /**
     * Takes a datagram from a peer. When the allocation's client shall have it, the core writes the ChannelData or Data
     * indication header in front of the payload and moves the buffer's position (and for padding its limit), and the
     * answer is where to send position to limit. Otherwise the datagram was dropped and counted, and the answer is null.
     *
     * @param socket where it arrived
     * @param peer where it came from
     * @param buffer the payload from position to limit, with at least {@link #HEADROOM_BYTES} before the position and
     *     {@link #TAILROOM_BYTES} between limit and capacity
     * @throws IllegalArgumentException if the buffer lacks that room
     */
    public @Nullable ClientPath handleRelayedDatagram(
            RelaySocket socket, TransportAddress peer, ByteBuffer buffer, long nowNanos) {
        requireRoom(buffer);
        handleTimeout(nowNanos);
        return data.toClient(socket, peer, buffer, nowNanos);
    }

    /**
     * Takes an ICMP or ICMPv6 error about a datagram that a relay socket has sent.
     *
     * @param socket that sent it
     * @param peer where it was sent to
     * @param type of the error, 0 to 255
     * @param code of the error, 0 to 255
     * @param errorData the MTU of the next hop where the error tells one, otherwise 0
     */
    public void handleIcmp(
            RelaySocket socket, TransportAddress peer, int type, int code, long errorData, long nowNanos) {
        handleTimeout(nowNanos);
        icmpErrors.handle(socket, peer, type, code, errorData, nowNanos);
    }

    /** From now on answers Binding requests at these addresses as RFC 5780 says. */
    public void discover(DiscoveryAddresses addresses) {
        binding.discover(new BehaviourDiscovery(addresses));
    }

    private static void requireRoom(ByteBuffer buffer) {
        if (buffer.position() < HEADROOM_BYTES || buffer.capacity() - buffer.limit() < TAILROOM_BYTES) {
            throw new IllegalArgumentException("a relayed datagram needs " + HEADROOM_BYTES
                    + " bytes of room before and " + TAILROOM_BYTES + " behind it, not " + buffer);
        }
    }

    /**
     * Takes what {@link #handleClientMessage} has just routed, if its peer is the relayed transport address of this very
     * server: as if it had gone out of the one relay socket and come in through the other, with the same checks, counted
     * twice and bound for a client at last. The buffer is one of {@link #handleRelayedDatagram}, and changes as there.
     *
     * @param route where {@link #isInside} holds
     * @return the client to send position to limit to, or null when it was dropped and counted
     * @throws IllegalArgumentException if the buffer lacks room
     */
    public @Nullable ClientPath handOver(Route route, ByteBuffer buffer, long nowNanos) {
        requireRoom(buffer);
        return data.handOver(route, buffer, nowNanos);
    }

    /** Whether a route ends at a relay socket of this server that is open now. */
    public boolean isInside(Route route) {
        return sockets.inside().behind(route) != null;
    }

    /** From now on sends clients that want a new allocation elsewhere; with {@link AlternateServers#NONE} no more. */
    public void redirect(AlternateServers alternates) {
        allocate.redirect(alternates);
    }

    /**
     * A relay socket is open.
     *
     * @param socket of the command
     * @param relayed its transport address as peers see it
     */
    public void relaySocketOpened(RelaySocket socket, TransportAddress relayed, long nowNanos) {
        handleTimeout(nowNanos);
        sockets.inside().opened(socket, relayed);
        opener.socketOpened(socket, relayed, nowNanos);
    }

    /** A relay socket could not be opened; the core tries another port or refuses the allocation. */
    public void relaySocketFailed(RelaySocket socket, long nowNanos) {
        handleTimeout(nowNanos);
        opener.socketFailed(socket, nowNanos);
    }

    /**
     * The connection of a {@link TurnCommand.ConnectToPeer} is there. Nothing is read from it until a
     * {@link TurnCommand.SplicePeerConnection} comes, so that what the peer sends early waits in the kernel.
     */
    public void peerConnected(PeerConnection connection, long nowNanos) {
        handleTimeout(nowNanos);
        tcp.connected(connection, nowNanos);
    }

    /**
     * A peer has connected to the relay socket of an allocation that relays TCP.
     *
     * @return the new connection, from which nothing is read yet; null when the shell shall close it at once
     */
    public @Nullable PeerConnection peerAccepted(RelaySocket socket, TransportAddress peer, long nowNanos) {
        handleTimeout(nowNanos);
        return tcp.accepted(socket, peer, nowNanos);
    }

    /**
     * A connection with a peer could not be made, or it has ended, or the client data connection has that it was spliced
     * to: both are closed. Does nothing if the core has ended it itself.
     */
    public void peerConnectionClosed(PeerConnection connection, long nowNanos) {
        handleTimeout(nowNanos);
        tcp.closed(connection);
    }

    /**
     * Bytes were passed on between a peer and a client data connection.
     *
     * @param toPeer which way
     * @return for how many nanoseconds nothing more is to be read from where they came
     */
    public long relayedOverTcp(PeerConnection connection, boolean toPeer, int bytes, long nowNanos) {
        return tcp.relayed(connection, toPeer, bytes, nowNanos);
    }

    /** Time has passed: ends what has expired. Calling too early or too often does no harm. */
    public void handleTimeout(long nowNanos) {
        for (Deadline due = deadlines.pollDue(nowNanos); due != null; due = deadlines.pollDue(nowNanos)) {
            switch (due) {
                case Account account -> quotas.forgetWithoutDebt(account, nowNanos);
                case Relay relay -> allocations.remove(relay);
                case Opening opening -> opener.timedOut(opening, nowNanos);
                case Permission permission -> allocations.remove(permission);
                case ChannelBinding binding -> allocations.remove(binding);
                case PeerConnectionTimeout timeout -> tcp.timedOut(timeout.connection());
                case Reservation reservation -> {
                    allocations.remove(reservation);
                    sockets.close(reservation.socket());
                }
            }
        }
    }

    /** When to call {@link #handleTimeout} at the latest, or {@link #NO_TIMEOUT}. */
    public long nextTimeoutNanos() {
        Deadline first = deadlines.first();
        return first == null ? NO_TIMEOUT : first.atNanos();
    }

    /** The next command, or null when there is none. */
    public @Nullable TurnCommand poll() {
        return commands.poll();
    }

    /** What an operator can ask of it. */
    public Administration administration() {
        return administration;
    }

    Quotas quotas() {
        return quotas;
    }

    /** The counters, which change with every input. */
    public TurnCounters counters() {
        return counters;
    }
}
