package io.rift.peer.core.ice;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two agents in virtual time, each behind its {@link Box}, with a constant delay between the boxes, optional loss and
 * duplication, and instant signalling unless a test signals by hand. An idea of quinn-proto.
 */
final class Pair {
    static final Duration DELAY = Duration.ofMillis(20);

    /** A datagram on its way, with the addresses that the receiver's side of the network sees. */
    record Flight(
            long arrivesNanos,
            long serial,
            Side to,
            TransportAddress base,
            TransportAddress from,
            StunMessage message) {}

    /** One agent and what surrounds it. */
    final class Side {
        final IceAgent agent;
        final Box box;
        final List<IceOutput> events = new ArrayList<>();
        final List<Candidate> candidates = new ArrayList<>();
        /** Whether a TURN server would let us send through our relay to this address. */
        Predicate<TransportAddress> permits = peer -> true;

        int sent;
        final List<StunMessage> sentMessages = new ArrayList<>();
        /** Where anything was sent to, and where requests were. */
        final Set<TransportAddress> destinations = new LinkedHashSet<>();

        final Set<TransportAddress> checkedDestinations = new LinkedHashSet<>();
        final List<Long> requestNanos = new ArrayList<>();
        long failedNanos = -1;
        long selectedNanos = -1;

        Side(IceAgent agent, Box box) {
            this.agent = agent;
            this.box = box;
        }

        Side other() {
            return this == a ? b : a;
        }

        void add(Candidate candidate) {
            candidates.add(candidate);
            agent.addLocalCandidate(candidate, now);
        }

        /** Gives the peer our credentials, all our candidates, and their end. */
        void signal() {
            other().agent.remoteCredentials(agent.localCredentials(), now);
            candidates.forEach(this::signal);
            agent.endOfLocalCandidates(now);
            other().agent.endOfRemoteCandidates(now);
        }

        void signal(Candidate candidate) {
            other().agent.addRemoteCandidate(Candidate.remote(candidate.toSignal()), now);
        }

        <T extends IceOutput> List<T> events(Class<T> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        @Nullable CandidatePair selected() {
            return agent.selectedPair();
        }
    }

    final Side a;
    final Side b;
    final Random random;
    double loss;
    double duplication;
    /** Drops what a test wants dropped. */
    Predicate<Flight> passes = flight -> true;

    final List<Flight> delivered = new ArrayList<>();
    long now = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos(); // time overflows early in every test
    private final long startNanos = now;
    private long serial;
    private final PriorityQueue<Flight> network =
            new PriorityQueue<>(Comparator.comparingLong((Flight flight) -> flight.arrivesNanos() - startNanos)
                    .thenComparingLong(Flight::serial));

    Pair(long seed, Box boxA, Box boxB) {
        this(seed, IceConfig.DEFAULT, Role.CONTROLLING, Role.CONTROLLED, boxA, boxB);
    }

    Pair(long seed, IceConfig config, Role roleA, Role roleB, Box boxA, Box boxB) {
        random = new Random(seed);
        a = new Side(new IceAgent(config, roleA, IceCredentials.random(random), random), boxA);
        b = new Side(new IceAgent(config, roleB, IceCredentials.random(random), random), boxB);
        boxA.candidates().forEach(a::add);
        boxB.candidates().forEach(b::add);
    }

    /** Both sides signal everything at once. */
    Pair signal() {
        a.signal();
        b.signal();
        return this;
    }

    long elapsedMillis() {
        return Duration.ofNanos(now - startNanos).toMillis();
    }

    /** Lets time pass, event by event. */
    Pair run(Duration duration) {
        long end = now + duration.toNanos();
        drain();
        while (true) {
            Flight flight = network.peek();
            long next = Deadlines.earlier(a.agent.nextTimeoutNanos(), b.agent.nextTimeoutNanos());
            if (flight != null) {
                next = Deadlines.earlier(next, flight.arrivesNanos());
            }
            if (!Deadlines.isDue(next, end)) {
                break;
            }
            now = next - now > 0 ? next : now;
            if (flight != null && flight.arrivesNanos() - now <= 0) {
                deliver(network.remove());
            }
            a.agent.handleTimeout(now);
            b.agent.handleTimeout(now);
            drain();
        }
        now = end;
        return this;
    }

    private void deliver(Flight flight) {
        delivered.add(flight);
        flight.to().agent.handleStun(flight.base(), flight.from(), flight.message(), now);
    }

    void drain() {
        drain(a);
        drain(b);
    }

    private void drain(Side side) {
        for (IceOutput output = side.agent.poll(); output != null; output = side.agent.poll()) {
            switch (output) {
                case IceOutput.Transmit transmit -> send(side, transmit);
                case IceOutput.PermissionNeeded(var peer) -> {
                    side.events.add(output);
                    if (side.permits.test(new TransportAddress(peer, 0))) {
                        side.agent.permissionInstalled(peer, now);
                    } else {
                        side.agent.permissionRefused(peer, now);
                    }
                }
                case IceOutput.PathSelected selected -> {
                    side.selectedNanos = side.selectedNanos < 0 ? now - startNanos : side.selectedNanos;
                    side.events.add(selected);
                }
                case IceOutput.Failed failed -> {
                    side.failedNanos = now - startNanos;
                    side.events.add(failed);
                }
                case IceOutput.PairValidated o -> side.events.add(o);
                case IceOutput.Nominated o -> side.events.add(o);
                case IceOutput.PathLost o -> side.events.add(o);
                case IceOutput.RoleSwitched o -> side.events.add(o);
            }
        }
    }

    private void send(Side side, IceOutput.Transmit transmit) {
        side.sent++;
        StunMessage message = StunMessage.parse(transmit.datagram());
        side.sentMessages.add(message);
        side.destinations.add(transmit.to());
        if (message.messageClass() == MessageClass.REQUEST) {
            side.checkedDestinations.add(transmit.to());
            side.requestNanos.add(now);
        }
        TransportAddress from = side.box.out(transmit.base(), transmit.to(), now);
        TransportAddress base = from == null ? null : side.other().box.in(transmit.to(), from, now);
        if (base != null) {
            int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplication ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                Flight flight = new Flight(now + DELAY.toNanos(), serial++, side.other(), base, from, message);
                if (passes.test(flight)) {
                    network.add(flight);
                }
            }
        }
    }

    /** Delivers a datagram at once that nobody sent. */
    void inject(Side to, TransportAddress base, TransportAddress from, byte[] bytes) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(bytes));
        deliver(new Flight(now, serial++, to, base, from, message));
        drain();
    }
}
