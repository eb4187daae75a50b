package io.rift.peer.core.ice;

import io.rift.protocol.IpAddress;
import io.rift.protocol.rendezvous.CandidateType;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8445 section 5.1.1.3: candidates have the same foundation when type, base's address and server are the same. A
 * running number tells the peer that and nothing else; a hash would tell it our private address.
 */
final class Foundations {
    private record Origin(
            CandidateType type, IpAddress base, @Nullable IpAddress server) {}

    /** More than any network ever has. A moving peer starts over then: a false friend costs a check its turn, no more. */
    private static final int MAX_ORIGINS = 256;

    private final Map<Origin, String> foundationByOrigin = new HashMap<>();

    /**
     * The foundation of a candidate.
     *
     * @param server the STUN or TURN server that it was learned from, {@code null} for a host candidate
     */
    String of(CandidateType type, IpAddress base, @Nullable IpAddress server) {
        if (foundationByOrigin.size() >= MAX_ORIGINS) {
            foundationByOrigin.clear();
        }
        return foundationByOrigin.computeIfAbsent(
                new Origin(type, base, server), origin -> Integer.toString(foundationByOrigin.size() + 1));
    }
}
