package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.turn.ChannelData;
import io.rift.server.core.quota.AnswerBudget;
import io.rift.server.core.quota.TurnLimits;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The bounds and times of one {@link TurnServer}. All bounds hold per shard: a shell with several shards divides them.
 *
 * @param relayPorts lowest and highest port of relayed transport addresses, of each family
 * @param relayFamilies the address families in which the shell can open relay sockets, at least one
 * @param defaultLifetimeSeconds lifetime of an allocation whose client asks for none or for less
 * @param maxLifetimeSeconds the longest lifetime that a client can ask for
 * @param limits what the users may have and do, to begin with
 * @param highestChannelNumber the highest number that a client may bind: {@link #RFC_8656_HIGHEST_CHANNEL} to
 *     {@link #RFC_5766_HIGHEST_CHANNEL}
 * @param relaySocketTries how many ports to try for one allocation before 508
 * @param setsDontFragment whether the shell can set the DF bit of a datagram ({@link Route#dontFragment}); otherwise
 *     DONT-FRAGMENT is refused with 420
 * @param tcpRelay the bounds of TCP relaying
 * @param mobility whether clients may take their allocations along, and its bounds
 * @param answerBudget how much may be sent over UDP to addresses that nobody has proven to be theirs
 * @param software the SOFTWARE attribute of responses to authenticated requests, empty for none
 */
public record TurnServerConfig(
        PortRange relayPorts,
        Set<IpAddress.Family> relayFamilies,
        int defaultLifetimeSeconds,
        int maxLifetimeSeconds,
        TurnLimits limits,
        int highestChannelNumber,
        int relaySocketTries,
        boolean setsDontFragment,
        TcpRelayConfig tcpRelay,
        MobilityConfig mobility,
        AnswerBudget.Limits answerBudget,
        String software) {

    /** RFC 8656 section 3.2: the default lifetime of an allocation. */
    public static final int DEFAULT_LIFETIME_SECONDS = 600;

    /** RFC 8656 section 7.2: RECOMMENDED is "a maximum allowed lifetime value of no more than 3600 seconds". */
    public static final int MAX_LIFETIME_SECONDS = 3600;

    /** RFC 8656 section 9: "The Permission Lifetime MUST be 300 seconds (= 5 minutes)." */
    public static final int PERMISSION_LIFETIME_SECONDS = 300;

    /** RFC 8656 section 12: a channel binding lasts for 10 minutes unless refreshed. */
    public static final int CHANNEL_LIFETIME_SECONDS = 600;

    /** RFC 8656 section 12: channel numbers are 0x4000 to 0x4FFF. */
    public static final int RFC_8656_HIGHEST_CHANNEL = ChannelData.MAX_NUMBER;

    /**
     * RFC 5766 section 11: channel numbers are 0x4000 to 0x7FFF. Most clients count from 0x4000; some, such as
     * turnutils_uclient of older releases of coturn, choose among all of them at random.
     */
    public static final int RFC_5766_HIGHEST_CHANNEL = 0x7FFF;

    /** RFC 8489 section 14.14: SOFTWARE is "less than 128 characters"; ours is bounded tighter. */
    public static final int MAX_SOFTWARE_BYTES = 64;

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException if a bound is not positive or the lifetimes contradict each other
     */
    public TurnServerConfig {
        if (relayFamilies.isEmpty()) {
            throw new IllegalArgumentException("there is no address family to relay");
        }
        relayFamilies = Collections.unmodifiableSet(EnumSet.copyOf(relayFamilies));
        requirePositive("default lifetime", defaultLifetimeSeconds);
        requirePositive("number of relay socket tries", relaySocketTries);
        if (highestChannelNumber < RFC_8656_HIGHEST_CHANNEL || highestChannelNumber > RFC_5766_HIGHEST_CHANNEL) {
            throw new IllegalArgumentException("the highest channel number is 0x4fff to 0x7fff, not 0x"
                    + Integer.toHexString(highestChannelNumber));
        }
        if (maxLifetimeSeconds < defaultLifetimeSeconds) {
            throw new IllegalArgumentException("a maximum lifetime of " + maxLifetimeSeconds
                    + " s is below the default of " + defaultLifetimeSeconds + " s");
        }
        if (software.length() > MAX_SOFTWARE_BYTES || !software.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(
                    "the SOFTWARE text is at most " + MAX_SOFTWARE_BYTES + " printable ASCII characters");
        }
    }

    /** The defaults: the RFC's times, and bounds that suit one small node. */
    public static TurnServerConfig defaults() {
        return builder().build();
    }

    /** A builder that starts at the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private static void requirePositive(String what, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("the " + what + " must be positive, not " + value);
        }
    }

    /** Starts at the defaults; each method sets the component of its name. */
    public static final class Builder {
        private PortRange relayPorts = PortRange.DYNAMIC;
        private Set<IpAddress.Family> relayFamilies = EnumSet.of(IpAddress.Family.IPV4);
        private int defaultLifetimeSeconds = DEFAULT_LIFETIME_SECONDS;
        private int maxLifetimeSeconds = MAX_LIFETIME_SECONDS;
        private TurnLimits limits = TurnLimits.DEFAULTS;
        private int highestChannelNumber = RFC_8656_HIGHEST_CHANNEL;
        private int relaySocketTries = 10;
        private boolean setsDontFragment;
        private TcpRelayConfig tcpRelay = TcpRelayConfig.DISABLED;
        private MobilityConfig mobility = MobilityConfig.FORBIDDEN;
        private AnswerBudget.Limits answerBudget = AnswerBudget.Limits.DEFAULT;
        private String software = "";

        private Builder() {}

        public Builder relayPorts(PortRange range) {
            relayPorts = range;
            return this;
        }

        public Builder relayFamilies(Set<IpAddress.Family> families) {
            relayFamilies = families;
            return this;
        }

        public Builder defaultLifetimeSeconds(int seconds) {
            defaultLifetimeSeconds = seconds;
            return this;
        }

        public Builder maxLifetimeSeconds(int seconds) {
            maxLifetimeSeconds = seconds;
            return this;
        }

        public Builder limits(TurnLimits all) {
            limits = all;
            return this;
        }

        public Builder maxAllocations(int bound) {
            limits = limits.withMaxAllocations(bound);
            return this;
        }

        public Builder maxAllocationsPerUser(int bound) {
            limits = limits.withMaxAllocationsPerUser(bound);
            return this;
        }

        public Builder maxPermissionsPerAllocation(int bound) {
            limits = limits.withPermissions(limits.permissions().withPerAllocation(bound));
            return this;
        }

        public Builder maxChannelsPerAllocation(int bound) {
            limits = limits.withChannels(limits.channels().withPerAllocation(bound));
            return this;
        }

        public Builder highestChannelNumber(int number) {
            highestChannelNumber = number;
            return this;
        }

        public Builder relaySocketTries(int tries) {
            relaySocketTries = tries;
            return this;
        }

        public Builder setsDontFragment(boolean can) {
            setsDontFragment = can;
            return this;
        }

        public Builder answerBudget(AnswerBudget.Limits limits) {
            answerBudget = limits;
            return this;
        }

        public Builder mobility(MobilityConfig config) {
            mobility = config;
            return this;
        }

        public Builder tcpRelay(TcpRelayConfig config) {
            tcpRelay = config;
            return this;
        }

        public Builder software(String text) {
            software = text;
            return this;
        }

        public TurnServerConfig build() {
            return new TurnServerConfig(
                    relayPorts,
                    relayFamilies,
                    defaultLifetimeSeconds,
                    maxLifetimeSeconds,
                    limits,
                    highestChannelNumber,
                    relaySocketTries,
                    setsDontFragment,
                    tcpRelay,
                    mobility,
                    answerBudget,
                    software);
        }
    }
}
