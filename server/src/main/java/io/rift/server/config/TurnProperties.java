package io.rift.server.config;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.turn.PortRange;
import io.rift.server.core.turn.TurnServerConfig;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn}.
 *
 * @param port UDP port for STUN and TURN. 0 takes any free port.
 * @param bindAddresses Addresses to listen on, a socket each. 0.0.0.0 (or ::) stands for every IPv4 (or IPv6) address
 *     that this machine has at start, so that an answer always leaves from the address that was asked. Relayed
 *     transport addresses are opened on the address at which the client came in, or, when that is a loopback address
 *     and the machine has a better one, on that. Clients that ask for a relay of the other address family share the main
 *     address of that family among these; without one they get error 440. Clients that name no family ask for IPv4.
 * @param externalAddresses Addresses under which the world reaches the bind addresses, when a 1:1 NAT (an elastic IP, a
 *     load balancer that keeps ports) stands in between: one for each bind address in the same order, or one of each
 *     address family for all of that family.
 *     They are what clients are told as relayed transport address. Default: the bind address itself; for a wildcard
 *     the address of the interface with the default route.
 * @param realm Realm of the long-term credentials (RFC 8489 section 9.2), at most 16 bytes of UTF-8, so that a challenge
 *     stays small.
 * @param users Static users: rift.turn.users.NAME is the password of NAME. A name of other characters than letters,
 *     digits, dashes and dots goes in brackets: rift.turn.users[a_b]. Default: none.
 * @param sharedSecrets Secrets for time-limited users (user name "expiry:name", password the Base64 HMAC-SHA1 of it),
 *     also known as TURN REST API. The first one signs what the rendezvous hands out; all are accepted, so that secrets
 *     can be rotated. Default: one that is generated at each start and never leaves the process.
 * @param nonceSecrets Secrets of at least 16 characters from which the nonces of challenges are made. Nodes behind one
 *     address that share them accept each other's nonces. The first one makes new nonces, a second one is still
 *     accepted while secrets are exchanged. Default: one that is generated at each start.
 * @param relayPorts UDP ports for relayed transport addresses, of IPv4 and of IPv6.
 * @param deniedPeers CIDR blocks that no client may reach through the relay. They win over everything.
 * @param allowedPeers CIDR blocks that clients may reach although they lie in a special-purpose range (private,
 *     loopback, link-local, shared, documentation, multicast, reserved), all of which are refused otherwise. A block in
 *     64:ff9b:1::/48 is the prefix of a local NAT64, of 48, 56, 64 or 96 bits; it has to be exactly that prefix, because
 *     its length says where the IPv4 address is by which such a peer is judged.
 * @param maxAllocations Allocations that may live at once, each of which costs a socket and a port; one of both address
 *     families counts twice. Beyond it a client gets error 508.
 * @param maxAllocationsPerUser Allocations that one user may have at once, the part before the colon of a time-limited
 *     user name left aside. Beyond it the user gets error 486.
 * @param maxLifetimeSeconds The longest life of an allocation between two refreshes that a client can ask for.
 * @param highestChannel The highest channel number that a client may bind, from 0x4FFF (20479, RFC 8656) to 0x7FFF (32767,
 *     RFC 5766); others get error 400. Raise it only for clients that choose their numbers at random from the range of
 *     RFC 5766, as turnutils_uclient of coturn 4.6 does; who counts from 0x4000, as browsers do, needs no more.
 * @param shards Event loops, each with a socket of its own on every listening address and a share of the clients, by
 *     SO_REUSEPORT. More than 1 needs Linux with epoll. The bounds on allocations are then divided among the shards, so
 *     that a user whose clients fall on one shard gets only its part, and a RESERVATION-TOKEN is good only on the shard
 *     that gave it out (error 508 on another). So raise it only when one core no longer carries the load.
 */
@Validated
@ConfigurationProperties("rift.turn")
public record TurnProperties(
        @DefaultValue("3478") @Min(0) @Max(TransportAddress.MAX_PORT) int port,

        @DefaultValue("0.0.0.0") @NotEmpty List<IpAddress> bindAddresses,
        @DefaultValue List<IpAddress> externalAddresses,
        @DefaultValue("rift") @NotBlank String realm,
        @DefaultValue Map<@NotBlank String, @NotBlank String> users,
        @DefaultValue List<@NotBlank String> sharedSecrets,
        @DefaultValue List<@NotBlank String> nonceSecrets,
        @DefaultValue("49152-65535") PortRange relayPorts,
        @DefaultValue List<Cidr> deniedPeers,
        @DefaultValue List<Cidr> allowedPeers,
        @DefaultValue("16000") @Min(1) int maxAllocations,
        @DefaultValue("64") @Min(1) int maxAllocationsPerUser,

        @DefaultValue("3600") @Min(TurnServerConfig.DEFAULT_LIFETIME_SECONDS) int maxLifetimeSeconds,

        @DefaultValue("20479")
        @Min(TurnServerConfig.RFC_8656_HIGHEST_CHANNEL) @Max(TurnServerConfig.RFC_5766_HIGHEST_CHANNEL) int highestChannel,

        @DefaultValue("1") @Min(1) @Max(MAX_SHARDS) int shards) {

    /** More event loops than any machine needs. */
    public static final int MAX_SHARDS = 256;

    /** Takes copies. */
    public TurnProperties {
        bindAddresses = List.copyOf(bindAddresses);
        externalAddresses = List.copyOf(externalAddresses);
        users = Map.copyOf(users);
        sharedSecrets = List.copyOf(sharedSecrets);
        nonceSecrets = List.copyOf(nonceSecrets);
        deniedPeers = List.copyOf(deniedPeers);
        allowedPeers = List.copyOf(allowedPeers);
    }
}
