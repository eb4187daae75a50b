package io.rift.protocol.rendezvous;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One candidate (RFC 8445 section 5.1) over UDP. There is one data stream with one component, so neither is named.
 *
 * @param foundation 1 to {@value #MAX_FOUNDATION_LENGTH} ice-chars (RFC 8839 section 5.1)
 * @param type how the address was learned
 * @param priority 1 to 2^31 - 1
 * @param address where checks go
 * @param relatedAddress the base of a reflexive or the mapped address of a relayed candidate; only for diagnosis, so a
 *     peer may leave it out to hide it
 */
public record IceCandidate(
        String foundation,
        CandidateType type,
        long priority,
        TransportAddress address,
        @Nullable TransportAddress relatedAddress) {
    /** Longest foundation. */
    public static final int MAX_FOUNDATION_LENGTH = 32;

    public IceCandidate {
        Text.requireIceChars(foundation, 1, MAX_FOUNDATION_LENGTH, "foundation");
        if (priority < 1 || priority > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("priority " + priority + " is not in 1..2147483647");
        }
        if (address.port() == 0) {
            throw new IllegalArgumentException("a candidate has no port");
        }
    }
}
