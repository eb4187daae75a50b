package io.rift.peer.core.ice;

import java.time.Duration;

/**
 * The timers of an agent.
 *
 * @param pace Ta, the time between two new checks
 * @param initialRto the first retransmission time-out, doubled each time (RFC 8489 section 6.2.1)
 * @param nominationDelay how long the controlling agent waits after the first valid pair for a better one
 * @param consentInterval mean time between two consent checks of a pair, randomised by a fifth
 * @param consentExpiry time without an answer after which a pair is no longer valid
 * @param establishmentTimeout time after which an agent without a valid pair fails, counted from both descriptions
 *     being known and again from the loss of the last valid pair
 * @param recheckInterval time between two attempts at pairs that would be better than the selected one
 */
public record IceConfig(
        Duration pace,
        Duration initialRto,
        Duration nominationDelay,
        Duration consentInterval,
        Duration consentExpiry,
        Duration establishmentTimeout,
        Duration recheckInterval) {

    /** RFC 8445 section 14.2: checks of all agents together "MUST NOT be sent more often than once every 5 ms". */
    private static final Duration MIN_PACE = Duration.ofMillis(5);

    /** RFC 8445 section 14.3: "Agents MUST NOT use an RTO value smaller than 500 ms." */
    private static final Duration MIN_RTO = Duration.ofMillis(500);

    /**
     * What Rift uses. Ta is 20 ms where RFC 8445 has 50 ms unless both agents propose less, which Rift's do by speaking
     * the same rendezvous protocol: a check list holds a handful of pairs, and 100 bytes in 20 ms are a voice call.
     */
    public static final IceConfig DEFAULT = new IceConfig(
            Duration.ofMillis(20),
            Duration.ofMillis(500),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive, the pace below 5 ms or the RTO below 500 ms
     */
    public IceConfig {
        if (pace.compareTo(MIN_PACE) < 0) {
            throw new IllegalArgumentException("Ta is at least 5 ms, not " + pace);
        }
        if (initialRto.compareTo(MIN_RTO) < 0) {
            throw new IllegalArgumentException("the first RTO is at least 500 ms, not " + initialRto);
        }
        requirePositive(nominationDelay);
        requirePositive(consentInterval);
        requirePositive(consentExpiry);
        requirePositive(establishmentTimeout);
        requirePositive(recheckInterval);
    }

    private static void requirePositive(Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException("a timer is positive, not " + duration);
        }
    }
}
