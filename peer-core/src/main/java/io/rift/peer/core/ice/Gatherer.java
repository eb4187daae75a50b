package io.rift.peer.core.ice;

import io.rift.peer.core.stun.ClientTransaction;
import io.rift.peer.core.stun.ClientTransactions;
import io.rift.peer.core.stun.Retransmission;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Learns the candidates of one socket, keeps its NAT mapping alive, and tells the mapping behaviour of the NAT.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}.
 *
 * <p>Two ports of one server tell a mapping that depends on the port from one that does not. A NAT whose mapping depends
 * on the address alone looks endpoint-independent from there; a server with a second address would unmask it.
 */
public final class Gatherer {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Deadlines.NEVER;

    /** Further addresses of this machine are left out. */
    public static final int MAX_HOST_ADDRESSES = 16;

    /** Further STUN servers are not asked. */
    public static final int MAX_STUN_SERVERS = 8;

    /** Half of the 30 s for which careless NATs keep a mapping; RFC 4787 asks them for 2 minutes. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** How long gathering waits for the slowest server. RFC 8489 goes on asking it for 39.5 s. */
    private static final Duration GATHERING_TIME = Duration.ofSeconds(5);

    private static final Retransmission KEEP_ALIVE_RETRANSMISSION =
            new Retransmission(Retransmission.RFC_8489.rtoNanos(), 4, 8);

    /** A changed mapping makes us ask everybody, but not more often than this: some NATs never map twice alike. */
    private static final Duration ROUND_INTERVAL = Duration.ofSeconds(10);

    private static final int MAX_LOCAL_PREFERENCE = 65_535;

    private enum Timer {
        KEEP_ALIVE,
        SETTLE
    }

    private final TransportAddress base;
    private final RandomGenerator random;
    private final Foundations foundations = new Foundations();
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<StunServer> servers = new ArrayList<>();
    private final ClientTransactions<StunServer> transactions = new ClientTransactions<>(MAX_STUN_SERVERS);
    private final Deadlines<Timer> timers = new Deadlines<>();
    private final Queue<GathererOutput> outputs = new ArrayDeque<>();
    private final Map<DropReason, Long> droppedByReason = new EnumMap<>(DropReason.class);
    private NatKind natKind = NatKind.UNKNOWN;
    private boolean settled;
    private boolean complete;
    private long roundNanos;

    /**
     * A gatherer that does nothing before {@link #start}.
     *
     * @param base the local address of the socket as the shell names it, wildcard or not
     * @param random a cryptographic source for transaction ids
     */
    public Gatherer(TransportAddress base, RandomGenerator random) {
        this.base = base;
        this.random = random;
    }

    /**
     * Begins to gather; again, after a change of the network, with what holds now.
     *
     * @param hostAddresses addresses of this machine at which the socket can be reached, best first
     * @param stunServers servers to ask, best first; two ports of one server tell the NAT kind
     */
    public void start(List<IpAddress> hostAddresses, List<TransportAddress> stunServers, long nowNanos) {
        List<Candidate> hosts = hostCandidates(hostAddresses);
        for (Candidate candidate : List.copyOf(candidates)) {
            if (candidate.type() == CandidateType.HOST && !hosts.contains(candidate)) {
                withdraw(candidate);
            }
        }
        hosts.forEach(this::add);
        transactions.clear();
        servers.clear();
        stunServers.stream()
                .distinct()
                .limit(MAX_STUN_SERVERS)
                .map(StunServer::new)
                .forEach(servers::add);
        settled = false;
        timers.set(Timer.SETTLE, nowNanos + (servers.isEmpty() ? 0 : GATHERING_TIME.toNanos()));
        askAll(nowNanos);
        scheduleKeepAlive(nowNanos);
    }

    private List<Candidate> hostCandidates(List<IpAddress> hostAddresses) {
        List<Candidate> hosts = new ArrayList<>();
        for (IpAddress ip : hostAddresses) {
            if (hosts.size() < MAX_HOST_ADDRESSES && UsableAddresses.isUsable(ip)) {
                TransportAddress address = new TransportAddress(ip, base.port());
                long priority = Candidate.priority(CandidateType.HOST, MAX_LOCAL_PREFERENCE - hosts.size());
                String foundation = foundations.of(CandidateType.HOST, ip, null);
                hosts.add(new Candidate(CandidateType.HOST, address, base, priority, foundation));
            }
        }
        return hosts;
    }

    /**
     * A Binding response.
     *
     * @return whether it answers a request of this gatherer; else it is somebody else's
     */
    public boolean handleStun(TransportAddress from, StunMessage message, long nowNanos) {
        ClientTransaction<StunServer> transaction = transactions.find(message.transactionId());
        if (transaction == null) {
            return false;
        }
        StunServer server = transaction.context();
        if (!from.equals(server.address())) {
            drop(DropReason.WRONG_SOURCE);
        } else if (message.hasFingerprint() && !message.fingerprintIsValid()) {
            drop(DropReason.BAD_FINGERPRINT);
        } else if (message.is(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING)) {
            transactions.finish(transaction.id());
            TransportAddress mapped = mappedAddress(message);
            if (mapped == null) {
                drop(DropReason.BAD_ATTRIBUTE);
                server.unanswered();
            } else {
                mapped(server, mapped, nowNanos);
            }
            learned();
        } else if (message.is(MessageClass.ERROR_RESPONSE, StunMethod.BINDING)) {
            transactions.finish(transaction.id());
            server.unanswered();
            learned();
        } else {
            drop(DropReason.UNEXPECTED_MESSAGE);
        }
        return true;
    }

    private static @Nullable TransportAddress mappedAddress(StunMessage message) {
        TransportAddress xorMapped = message.get(StunAttributes.XOR_MAPPED_ADDRESS);
        TransportAddress mapped = xorMapped != null ? xorMapped : message.get(StunAttributes.MAPPED_ADDRESS);
        boolean isUsable = mapped != null
                && UsableAddresses.isUsable(mapped)
                && message.unknownComprehensionRequired(CheckMessages.KNOWN).isEmpty();
        return isUsable ? mapped : null;
    }

    private void mapped(StunServer server, TransportAddress mapped, long nowNanos) {
        TransportAddress before = server.mapped();
        server.answered(mapped);
        updateReflexive();
        if (before != null && !before.equals(mapped)) {
            outputs.add(new GathererOutput.MappedAddressChanged(before, mapped));
            if (nowNanos - roundNanos >= ROUND_INTERVAL.toNanos()) {
                askAll(nowNanos);
            }
        }
    }

    /** The server-reflexive candidates are what the servers see now, but for what is a host candidate anyway. */
    private void updateReflexive() {
        List<TransportAddress> mapped = new ArrayList<>();
        for (StunServer server : servers) {
            TransportAddress address = server.mapped();
            if (address != null && !mapped.contains(address)) {
                mapped.add(address);
            }
        }
        for (Candidate candidate : List.copyOf(candidates)) {
            if (candidate.type() == CandidateType.SRFLX && !mapped.contains(candidate.address())) {
                withdraw(candidate);
            }
        }
        for (int i = 0; i < servers.size(); i++) {
            TransportAddress address = servers.get(i).mapped();
            if (address != null) {
                long priority = Candidate.priority(CandidateType.SRFLX, MAX_LOCAL_PREFERENCE - i);
                IpAddress serverIp = servers.get(i).address().ip();
                String foundation = foundations.of(CandidateType.SRFLX, base.ip(), serverIp);
                add(new Candidate(CandidateType.SRFLX, address, base, priority, foundation));
            }
        }
    }

    /** The TURN client of this socket got an allocation. */
    public void allocated(TransportAddress relayedAddress, TransportAddress server) {
        long priority = Candidate.priority(CandidateType.RELAY, MAX_LOCAL_PREFERENCE);
        String foundation = foundations.of(CandidateType.RELAY, relayedAddress.ip(), server.ip());
        add(new Candidate(CandidateType.RELAY, relayedAddress, relayedAddress, priority, foundation));
    }

    /** The TURN client of this socket lost its allocation. */
    public void allocationLost(TransportAddress relayedAddress) {
        for (Candidate candidate : List.copyOf(candidates)) {
            if (candidate.type() == CandidateType.RELAY && candidate.address().equals(relayedAddress)) {
                withdraw(candidate);
            }
        }
    }

    // RFC 8445 section 5.1.3: "A candidate is redundant if and only if its transport address and base equal those of
    // another candidate. The agent SHOULD eliminate the redundant candidate with the lower priority."
    private void add(Candidate candidate) {
        for (Candidate other : candidates) {
            if (other.address().equals(candidate.address()) && other.base().equals(candidate.base())) {
                return; // host candidates come before what servers see
            }
        }
        candidates.add(candidate);
        outputs.add(new GathererOutput.Gathered(candidate));
    }

    private void withdraw(Candidate candidate) {
        candidates.remove(candidate);
        outputs.add(new GathererOutput.Withdrawn(candidate));
    }

    /** Draws the conclusions from an answer, or from the lack of one. */
    private void learned() {
        if (servers.stream().noneMatch(StunServer::isAsked)) {
            settle();
        }
        NatKind kind = judge();
        if (kind != natKind) {
            natKind = kind;
            outputs.add(new GathererOutput.NatKindChanged(kind));
        }
    }

    private NatKind judge() {
        List<TransportAddress> seen = new ArrayList<>();
        for (StunServer server : servers) {
            TransportAddress mapped = server.mapped();
            if (mapped != null) {
                if (isOwn(mapped)) {
                    return NatKind.NONE;
                }
                seen.add(mapped);
            }
        }
        boolean isBlocked = settled
                && !servers.isEmpty()
                && servers.stream().allMatch(server -> server.isSilent() || server.mapped() == null);
        if (isBlocked) {
            return NatKind.BLOCKED;
        }
        if (seen.size() < 2) {
            return NatKind.UNKNOWN;
        }
        boolean isSame = seen.stream().allMatch(seen.getFirst()::equals);
        return isSame ? NatKind.ENDPOINT_INDEPENDENT : NatKind.ADDRESS_DEPENDENT;
    }

    private boolean isOwn(TransportAddress mapped) {
        return UsableAddresses.isLoopback(mapped.ip())
                || candidates.stream()
                        .anyMatch(c ->
                                c.type() == CandidateType.HOST && c.address().equals(mapped));
    }

    /** Every server had its time. */
    private void settle() {
        settled = true;
        timers.cancel(Timer.SETTLE);
        if (!complete) {
            complete = true;
            outputs.add(new GathererOutput.GatheringComplete());
        }
    }

    private void askAll(long nowNanos) {
        roundNanos = nowNanos;
        servers.forEach(server -> ask(server, Retransmission.RFC_8489, nowNanos));
    }

    private void ask(StunServer server, Retransmission retransmission, long nowNanos) {
        if (server.isAsked()) {
            return;
        }
        TransactionId id = TransactionId.random(random);
        byte[] request =
                StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, id).encodeWithFingerprint();
        ClientTransaction<StunServer> transaction = transactions.begin(id, request, server, retransmission, nowNanos);
        if (transaction != null) {
            server.ask();
            transmit(transaction);
        }
    }

    private void transmit(ClientTransaction<StunServer> transaction) {
        outputs.add(new GathererOutput.Transmit(transaction.context().address(), transaction.request()));
    }

    private void scheduleKeepAlive(long nowNanos) {
        if (!servers.isEmpty()) {
            long fifth = KEEP_ALIVE.toNanos() / 5;
            timers.set(Timer.KEEP_ALIVE, nowNanos + KEEP_ALIVE.toNanos() + random.nextLong(-fifth, fifth));
        }
    }

    /** One mapping is kept by one server; several mappings, or none that is known, need them all. */
    private void keepAlive(long nowNanos) {
        scheduleKeepAlive(nowNanos);
        for (StunServer server : servers) {
            ask(server, KEEP_ALIVE_RETRANSMISSION, nowNanos);
            boolean isEnough = natKind != NatKind.ADDRESS_DEPENDENT && server.mapped() != null && !server.isSilent();
            if (isEnough) {
                return;
            }
        }
    }

    /** The candidates that are ours now, for a new agent. */
    public List<Candidate> candidates() {
        return List.copyOf(candidates);
    }

    /** Whether {@link GathererOutput.GatheringComplete} was due. */
    public boolean isComplete() {
        return complete;
    }

    /** What is known of the NAT. */
    public NatKind natKind() {
        return natKind;
    }

    /** How many messages were ignored for this reason. */
    public long dropped(DropReason reason) {
        return droppedByReason.getOrDefault(reason, 0L);
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {
        for (var due = transactions.pollDue(nowNanos); due != null; due = transactions.pollDue(nowNanos)) {
            if (due.hasTimedOut()) {
                due.context().unanswered();
                learned();
            } else {
                transmit(due);
            }
        }
        for (Timer timer = timers.pollDue(nowNanos); timer != null; timer = timers.pollDue(nowNanos)) {
            switch (timer) {
                case KEEP_ALIVE -> keepAlive(nowNanos);
                case SETTLE -> {
                    settle();
                    learned();
                }
            }
        }
    }

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        return Deadlines.earlier(timers.nextNanos(), transactions.nextTimeoutNanos());
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable GathererOutput poll() {
        return outputs.poll();
    }

    private void drop(DropReason reason) {
        droppedByReason.merge(reason, 1L, Long::sum);
    }
}
