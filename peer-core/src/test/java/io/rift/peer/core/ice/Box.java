package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one side's datagrams go through: nothing, or a NAT with one public address, and a relay beside it. Filtering takes
 * effect when a datagram is sent, not when it arrives; the delay of {@link Pair} lies behind it.
 */
final class Box {
    /** RFC 4787, mapping and filtering in one. */
    enum Nat {
        /** No NAT, no firewall. */
        PUBLIC,
        /** Endpoint-independent mapping, address- and port-dependent filtering: port-restricted cone. */
        CONE,
        /** Address- and port-dependent mapping and filtering: symmetric. */
        SYMMETRIC,
        /** Nothing but the relay works. */
        UDP_BLOCKED
    }

    static final Duration MAPPING_LIFE = Duration.ofSeconds(60);

    private final Nat nat;
    private final TransportAddress inside;
    private final TransportAddress reflexive;
    private final @Nullable TransportAddress relayed;
    private final Map<TransportAddress, TransportAddress> mappedByRemote = new HashMap<>();
    private final Map<TransportAddress, Long> lastSentByRemote = new HashMap<>();
    private final Set<TransportAddress> relayPeers = new HashSet<>();
    /** Added to every mapped port: a change is a reboot of the NAT. */
    int generation;

    private int nextPort = 50_000;

    private Box(Nat nat, TransportAddress inside, TransportAddress reflexive, @Nullable TransportAddress relayed) {
        this.nat = nat;
        this.inside = inside;
        this.reflexive = reflexive;
        this.relayed = relayed;
    }

    /** A box whose addresses carry this number, without a relay. */
    static Box of(Nat nat, int number) {
        TransportAddress inside = TransportAddress.parse(
                nat == Nat.PUBLIC ? "203.0.113." + number + ":5000" : "10.0." + number + ".1:5000");
        return new Box(nat, inside, TransportAddress.parse("198.51.100." + number + ":6000"), null);
    }

    /** The same, with a relayed transport address. */
    Box withRelay(String relayedAddress) {
        return new Box(nat, inside, reflexive, TransportAddress.parse(relayedAddress));
    }

    TransportAddress inside() {
        return inside;
    }

    TransportAddress reflexive() {
        return reflexive;
    }

    @Nullable TransportAddress relayed() {
        return relayed;
    }

    /** What a gatherer would find. */
    List<Candidate> candidates() {
        List<Candidate> found = new ArrayList<>();
        found.add(candidate(CandidateType.HOST, inside, inside, "1"));
        if (nat == Nat.CONE || nat == Nat.SYMMETRIC) {
            found.add(candidate(CandidateType.SRFLX, reflexive, inside, "2"));
        }
        if (relayed != null) {
            found.add(candidate(CandidateType.RELAY, relayed, relayed, "3"));
        }
        return found;
    }

    static Candidate candidate(CandidateType type, TransportAddress address, TransportAddress base, String foundation) {
        return new Candidate(type, address, base, Candidate.priority(type, 65_535), foundation);
    }

    /** The source that the destination sees; {@code null} when the datagram does not get out. */
    @Nullable TransportAddress out(TransportAddress base, TransportAddress to, long nowNanos) {
        if (base.equals(relayed)) {
            relayPeers.add(new TransportAddress(to.ip(), 0));
            return relayed;
        }
        if (isPrivate(to) && nat != Nat.PUBLIC) {
            return null; // another site's private network: no route
        }
        lastSentByRemote.put(to, nowNanos);
        return switch (nat) {
            case PUBLIC -> inside;
            case CONE -> new TransportAddress(reflexive.ip(), reflexive.port() + generation);
            case SYMMETRIC -> mappedByRemote.computeIfAbsent(to, t -> new TransportAddress(reflexive.ip(), nextPort++));
            case UDP_BLOCKED -> null;
        };
    }

    /** The base at which a datagram arrives; {@code null} when it does not. */
    @Nullable TransportAddress in(TransportAddress to, TransportAddress from, long nowNanos) {
        if (to.equals(relayed)) {
            return relayPeers.contains(new TransportAddress(from.ip(), 0)) ? relayed : null;
        }
        Long lastSent = lastSentByRemote.get(from);
        boolean isOpen = lastSent != null && nowNanos - lastSent < MAPPING_LIFE.toNanos();
        boolean isMine = switch (nat) {
            case PUBLIC -> to.equals(inside);
            case CONE -> isOpen && to.equals(new TransportAddress(reflexive.ip(), reflexive.port() + generation));
            case SYMMETRIC -> isOpen && to.equals(mappedByRemote.get(from));
            case UDP_BLOCKED -> false;
        };
        return isMine ? inside : null;
    }

    private static boolean isPrivate(TransportAddress address) {
        return address.ip().ipv4() >>> 24 == 10;
    }
}
