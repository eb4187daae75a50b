package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.peerpolicy.DeniedPorts;
import io.rift.server.core.quota.AnswerBudget;
import io.rift.server.core.turn.AlternateServers;
import io.rift.server.core.turn.PortRange;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * More keys under {@code rift.turn}: what the relay keeps away from, and whom it turns away.
 *
 * @param deniedPorts Ports of peers that no client may reach through the relay, whatever their address. The default
 *     holds those of services that floods are reflected from or mail is sent through, none of which is a peer of a
 *     call. Empty for none.
 * @param answerBudget What rift.turn.answer-budget-per-network says, for all networks together.
 * @param answerBudgetPerNetwork Bytes that may be sent in a second, over UDP, to addresses of one network (IPv4 /24, IPv6
 *     /48) which nobody has proven to be theirs: answers to Binding requests and challenges, headers of IP and UDP
 *     counted. Beyond it they are dropped. Clients that have answered a challenge are not concerned.
 * @param alternateServers Transport addresses, at most one of each family, to which clients that want a new allocation
 *     are sent (error 300, to authenticated clients). What they have here they keep, so that a server can be drained.
 *     Default: none.
 * @param alternateDomain The name in the certificate of the alternate servers, for clients that use TLS or DTLS.
 */
@ConfigurationProperties("rift.turn")
public record TurnDefences(
        @DefaultValue({
            "7", "17", "19", "25", "53", "69", "111", "123", "137-139", "161-162", "389", "427", "445", "465", "520",
            "587", "623", "1434", "1900", "3283", "3702", "5351", "5353", "5683", "11211"
        })
        List<PortRange> deniedPorts,

        @DefaultValue("16MB") DataSize answerBudget,
        @DefaultValue("128KB") DataSize answerBudgetPerNetwork,
        @DefaultValue List<TransportAddress> alternateServers,
        @DefaultValue("") String alternateDomain) {

    /** Takes copies. */
    public TurnDefences {
        deniedPorts = List.copyOf(deniedPorts);
        alternateServers = List.copyOf(alternateServers);
    }

    /** The denied ports as the peer policy wants them. */
    public DeniedPorts ports() {
        DeniedPorts ports = DeniedPorts.NONE;
        for (PortRange range : deniedPorts) {
            ports = ports.with(range.first(), range.last());
        }
        return ports;
    }

    /**
     * The budget of one of so many shards.
     *
     * @throws ConfigurationException if a rate is too low
     */
    public AnswerBudget.Limits budget(int shards) {
        long perNetwork = answerBudgetPerNetwork.toBytes();
        AnswerBudget.Limits ofNetwork = ConfigurationException.naming(
                "rift.turn.answer-budget-per-network",
                () -> new AnswerBudget.Limits(perNetwork, AnswerBudget.Limits.MAX_BYTES_PER_SECOND));
        AnswerBudget.Limits limits = ConfigurationException.naming(
                "rift.turn.answer-budget",
                () -> new AnswerBudget.Limits(ofNetwork.bytesPerSecondToNetwork(), answerBudget.toBytes()));
        return limits.dividedBy(shards);
    }

    /**
     * The alternate servers.
     *
     * @throws ConfigurationException if clients could not use them
     */
    public AlternateServers alternates() {
        AlternateServers nameless = ConfigurationException.naming(
                "rift.turn.alternate-servers", () -> new AlternateServers(alternateServers, ""));
        return ConfigurationException.naming(
                "rift.turn.alternate-domain", () -> new AlternateServers(nameless.servers(), alternateDomain));
    }
}
