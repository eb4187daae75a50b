package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The requests that need an allocation: Refresh, CreatePermission and ChannelBind. */
final class AllocationRequests {
    private final TurnServerConfig config;
    private final Allocations allocations;
    private final Quotas quotas;
    private final DeadlineHeap deadlines;
    private final PeerAccess access;
    private final Mobility mobility;
    private final Responder responder;
    private final TurnCounters counters;

    AllocationRequests(
            TurnServerConfig config,
            Allocations allocations,
            Quotas quotas,
            DeadlineHeap deadlines,
            PeerAccess access,
            Mobility mobility,
            Responder responder,
            TurnCounters counters) {
        this.config = config;
        this.allocations = allocations;
        this.quotas = quotas;
        this.deadlines = deadlines;
        this.access = access;
        this.mobility = mobility;
        this.responder = responder;
        this.counters = counters;
    }

    /** RFC 8656 section 8.2, and with a ticket RFC 8016 section 3.2.2. */
    void refresh(Request request) {
        StunMessage message = request.message();
        boolean moves = message.has(TurnAttributes.MOBILITY_TICKET);
        Allocation allocation = moves ? mobility.allocation(request) : allocation(request);
        if (allocation == null) {
            return;
        }
        // Without this, the repeated deletion of one of two families would be answered 443.
        ByteBuffer earlier = allocation.refreshResponse(message.transactionId());
        if (earlier != null && allocations.get(request.client(), request.local()) == allocation) {
            responder.repeat(request.reply(), earlier);
            return;
        }
        Long requested = message.get(TurnAttributes.LIFETIME);
        boolean malformed = (requested == null && message.has(TurnAttributes.LIFETIME))
                || (message.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY)
                        && message.get(TurnAttributes.REQUESTED_ADDRESS_FAMILY) == null);
        if (malformed) {
            responder.error(request.reply(), ErrorCode.BAD_REQUEST);
            return;
        }
        // "If the server receives a Refresh Request with a REQUESTED-ADDRESS-FAMILY attribute and the attribute value
        // does not match the address family of the allocation, the server MUST reply with a 443 (Peer Address Family
        // Mismatch) Refresh error response."
        List<Relay> relays = refreshed(allocation, message);
        if (relays.isEmpty()) {
            responder.error(request.reply(), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
            return;
        }
        // "If the desired lifetime is zero, then the request succeeds and the allocation is deleted."
        long lifetimeSeconds;
        if (requested != null && requested == 0) {
            lifetimeSeconds = 0;
            relays.forEach(allocations::remove);
        } else {
            lifetimeSeconds = Lifetime.desiredSeconds(request, config);
            for (Relay relay : relays) {
                relay.expiresAt(after(request.nowNanos(), lifetimeSeconds));
                deadlines.schedule(relay, relay.expiryNanos());
            }
        }
        boolean lives = !allocation.relays().isEmpty();
        byte[] ticket = moves && lives ? mobility.move(allocation, request) : null;
        ByteBuffer response = responder.success(request.reply(), encoder -> {
            encoder.add(TurnAttributes.LIFETIME, lifetimeSeconds);
            return ticket == null ? encoder : encoder.add(TurnAttributes.MOBILITY_TICKET, ticket);
        });
        allocation.refreshed(message.transactionId(), response);
    }

    /** RFC 8656 section 8.1: those of the family that the request names, or all; none when it names another one. */
    private static List<Relay> refreshed(Allocation allocation, StunMessage message) {
        if (!message.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY)) {
            return allocation.relays();
        }
        Integer code = message.get(TurnAttributes.REQUESTED_ADDRESS_FAMILY);
        return allocation.relays().stream()
                .filter(relay -> code != null && relay.family().code() == code)
                .toList();
    }

    /** RFC 8656 section 10.2. */
    void createPermission(Request request) {
        Allocation allocation = allocation(request);
        if (allocation == null) {
            return;
        }
        // "The CreatePermission request MUST contain at least one XOR-PEER-ADDRESS attribute and MAY contain multiple
        // such attributes. If no such attribute exists, or if any of these attributes are invalid, then a 400 (Bad
        // Request) error is returned."
        List<TransportAddress> peers = request.message().all(TurnAttributes.XOR_PEER_ADDRESS);
        if (peers == null || peers.isEmpty()) {
            responder.error(request.reply(), ErrorCode.BAD_REQUEST);
            return;
        }
        List<TransportAddress> keys = new PermissionKeys(peers, allocations.hashKey()).inOrder();
        ErrorCode refusal = refusal(allocation, keys, request.nowNanos());
        if (refusal != null) {
            responder.error(request.reply(), refusal);
            return;
        }
        for (TransportAddress key : keys) {
            installPermission(allocation, key, request.nowNanos());
        }
        responder.success(request.reply());
    }

    private @Nullable ErrorCode refusal(Allocation allocation, List<TransportAddress> keys, long nowNanos) {
        int added = 0;
        for (TransportAddress key : keys) {
            // "If an XOR-PEER-ADDRESS attribute contains an address of an address family that is not the same as that
            // of a relayed transport address for the allocation, the server MUST generate an error response with the
            // 443 (Peer Address Family Mismatch) response code."
            if (allocation.relay(key.ip().family()) == null) {
                return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
            }
            // "The server MAY impose restrictions on the IP address allowed in the XOR-PEER-ADDRESS attribute; if a
            // value is not allowed, the server rejects the request with a 403 (Forbidden) error."
            if (!access.mayPermit(key.ip())) {
                return ErrorCode.FORBIDDEN;
            }
            if (allocation.permissions().get(key) == null) {
                added++;
            }
        }
        // "... unable to satisfy the request due to some capacity limit or similar, then a 508 (Insufficient Capacity)
        // error is returned."
        Quota excess = quotas.excessOfPermissions(allocation, added);
        return excess == null ? payForNewPeers(allocation, added, nowNanos) : refusal(excess);
    }

    private @Nullable ErrorCode payForNewPeers(Allocation allocation, int peers, long nowNanos) {
        return quotas.payForNewPeers(allocation.account(), peers, nowNanos) ? null : refusal(Quota.NEW_PEERS_OF_USER);
    }

    /** RFC 8656 section 19: 486 is for "allocations using this username"; for all else there is 508. */
    ErrorCode refusal(Quota excess) {
        counters.refuse(excess);
        return ErrorCode.INSUFFICIENT_CAPACITY;
    }

    /** RFC 8656 section 12.2. */
    void channelBind(Request request) {
        Allocation allocation = allocation(request);
        if (allocation == null) {
            return;
        }
        Integer number = request.message().get(TurnAttributes.CHANNEL_NUMBER);
        TransportAddress peer = request.message().get(TurnAttributes.XOR_PEER_ADDRESS);
        // "The request contains both a CHANNEL-NUMBER and an XOR-PEER-ADDRESS attribute." "The channel number is in the
        // range 0x4000 through 0x4FFF (inclusive)", or where the operator wants it in that of RFC 5766.
        // And channels carry datagrams: an allocation that relays TCP has none.
        boolean relaysTcp = allocation.relayTransport() == RelayTransport.TCP;
        if (number == null || peer == null || !mayBind(number) || relaysTcp) {
            responder.error(request.reply(), ErrorCode.BAD_REQUEST);
            return;
        }
        ErrorCode refusal = refusal(allocation, number, peer, request.nowNanos());
        if (refusal != null) {
            responder.error(request.reply(), refusal);
            return;
        }
        ChannelBinding binding = allocation.channels().get(number);
        if (binding == null) {
            binding = new ChannelBinding(
                    allocation,
                    number,
                    new Route(Objects.requireNonNull(allocation.socket(peer.ip().family())), peer));
            allocations.add(binding);
        }
        deadlines.schedule(binding, after(request.nowNanos(), TurnServerConfig.CHANNEL_LIFETIME_SECONDS));
        // "The server also installs or refreshes a permission for the IP address in the XOR-PEER-ADDRESS attribute."
        installPermission(allocation, PermissionKeys.of(peer), request.nowNanos())
                .turnedToANewPort();
        responder.success(request.reply());
    }

    private boolean mayBind(int number) {
        return number >= ChannelData.MIN_NUMBER && number <= config.highestChannelNumber();
    }

    private @Nullable ErrorCode refusal(Allocation allocation, int number, TransportAddress peer, long nowNanos) {
        Channels channels = allocation.channels();
        ChannelBinding ofNumber = channels.get(number);
        ChannelBinding ofPeer = channels.get(peer);
        // "The channel number is not currently bound to a different transport address (same transport address is OK)."
        // "The transport address is not currently bound to a different channel number."
        if (ofNumber != ofPeer) {
            return ErrorCode.BAD_REQUEST;
        }
        // "... an address of an address family that is not the same as that of a relayed transport address for the
        // allocation, the server MUST generate an error response with the 443 (Peer Address Family Mismatch)"
        if (allocation.relay(peer.ip().family()) == null) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        // "The server MAY impose restrictions on the IP address and port values allowed in the XOR-PEER-ADDRESS
        // attribute; if a value is not allowed, the server rejects the request with a 403 (Forbidden) error."
        if (!access.mayReach(peer)) {
            return ErrorCode.FORBIDDEN;
        }
        Permission permission = allocation.permissions().get(PermissionKeys.of(peer));
        Quota excess = ofNumber == null ? quotas.excessOfChannels(allocation) : null;
        if (excess == null && permission == null) {
            excess = quotas.excessOfPermissions(allocation, 1);
        }
        if (excess != null) {
            return refusal(excess);
        }
        boolean known = ofNumber != null || (permission != null && permission.route(peer.port()) != null);
        int newPeers = known ? 0 : permission == null ? 1 : permission.costOfANewPort();
        return payForNewPeers(allocation, newPeers, nowNanos);
    }

    /** The allocation that the request is about; null when it was refused. */
    @Nullable Allocation allocation(Request request) {
        Allocation allocation = allocations.get(request.client(), request.local());
        // RFC 8656 section 5: a request other than Allocate whose 5-tuple has no allocation MUST be rejected with a 437
        // (Allocation Mismatch). An allocation that waits for its relay socket does not exist yet.
        if (allocation == null || !allocation.isLive()) {
            responder.error(request.reply(), ErrorCode.ALLOCATION_MISMATCH);
            return null;
        }
        // RFC 8656 section 5: a request with other credentials than those that made the allocation gets 441, so that
        // no other user can take it over. Fresh time-limited credentials of the same name are no other user.
        if (!allocation.user().isSameAs(request.user())) {
            responder.error(request.reply(), ErrorCode.WRONG_CREDENTIALS);
            return null;
        }
        mobility.follow(allocation, request.client(), request.local());
        return allocation;
    }

    private Permission installPermission(Allocation allocation, TransportAddress key, long nowNanos) {
        Permission permission = allocation.permissions().get(key);
        if (permission == null) {
            permission = new Permission(allocation, key, access.policy(), allocations.hashKey());
            allocations.add(permission);
        } else {
            permission.foundGoodBy(access.policy());
            allocations.forgetUnusedPeers(permission);
        }
        deadlines.schedule(permission, after(nowNanos, TurnServerConfig.PERMISSION_LIFETIME_SECONDS));
        return permission;
    }

    private static long after(long nowNanos, long seconds) {
        return nowNanos + TimeUnit.SECONDS.toNanos(seconds);
    }
}
