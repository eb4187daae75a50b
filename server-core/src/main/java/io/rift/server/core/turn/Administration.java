package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Revocations;
import io.rift.server.core.auth.User;
import io.rift.server.core.turn.AllocationView.ChannelView;
import io.rift.server.core.turn.AllocationView.PermissionView;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an operator asks of a running {@link TurnServer}. Each call is an input to the core like any other: after it the
 * shell drains the commands and reads the timeout again.
 */
public final class Administration {

    /** The most allocations that one call lists. */
    public static final int MAX_LISTED = 1_000;

    private final TurnServer server;
    private final Allocations allocations;
    private final RelayOpener opener;
    private final RelaySockets sockets;
    private final Quotas quotas;
    private final PeerAccess access;
    private final PeerConnections peerConnections;
    private final ControlPath control;

    Administration(
            TurnServer server,
            Allocations allocations,
            RelayOpener opener,
            RelaySockets sockets,
            Quotas quotas,
            PeerAccess access,
            PeerConnections peerConnections,
            ControlPath control) {
        this.server = server;
        this.allocations = allocations;
        this.opener = opener;
        this.sockets = sockets;
        this.quotas = quotas;
        this.access = access;
        this.peerConnections = peerConnections;
        this.control = control;
    }

    /**
     * From now on these rules hold. No allocation ends: a user that is gone keeps what it has until its next request,
     * which is refused, or until it expires; what is beyond a lower limit stays. The policy holds at once for every
     * packet, and ends connections to peers that it refuses.
     */
    public void changeRules(TurnRules rules, long nowNanos) {
        server.handleTimeout(nowNanos);
        control.changeTo(rules.authenticator());
        quotas.changeTo(rules.limits(), nowNanos);
        access.changeTo(rules.policy());
        peerConnections.closeRefused(access);
        server.redirect(rules.alternates());
    }

    /**
     * The server has gained addresses of its own ({@link RelayedAddresses#isOwn}). For packets that holds at once; this
     * ends the connections to peers that it refuses.
     */
    public void ownAddressesChanged(long nowNanos) {
        server.handleTimeout(nowNanos);
        peerConnections.closeRefused(access);
    }

    /** From now on these users are refused. Ending what they have is another matter: {@link #endAllOf}. */
    public void changeRevocations(Revocations revocations) {
        control.changeTo(revocations);
    }

    /**
     * The live allocations after a number, oldest first.
     *
     * @param afterId 0 for the first ones
     * @param max how many, at most {@link #MAX_LISTED}
     */
    public List<AllocationView> list(long afterId, int max, long nowNanos) {
        server.handleTimeout(nowNanos);
        List<AllocationView> views = new ArrayList<>();
        for (Allocation allocation : allocations.byId().tailMap(afterId, false).values()) {
            if (views.size() == Math.min(max, MAX_LISTED)) {
                break;
            }
            if (allocation.response() != null) {
                views.add(view(allocation, nowNanos));
            }
        }
        return views;
    }

    /** All about one live allocation, or null if there is no such. */
    public AllocationView.@Nullable Details inspect(long id, long nowNanos) {
        server.handleTimeout(nowNanos);
        Allocation allocation = allocations.byId().get(id);
        if (allocation == null || allocation.response() == null) {
            return null;
        }
        List<PermissionView> permissions = new ArrayList<>();
        allocation
                .permissions()
                .forEach(permission -> permissions.add(
                        new PermissionView(permission.key().ip().toString(), secondsLeft(permission, nowNanos))));
        List<ChannelView> channels = new ArrayList<>();
        allocation
                .channels()
                .forEach(binding -> channels.add(
                        new ChannelView(binding.number(), binding.peer(), secondsLeft(binding, nowNanos))));
        return new AllocationView.Details(view(allocation, nowNanos), permissions, channels);
    }

    private static AllocationView view(Allocation allocation, long nowNanos) {
        Traffic traffic = allocation.traffic();
        return new AllocationView(
                allocation.id(),
                allocation.user().name(),
                allocation.path().client(),
                allocation.path().local(),
                relayed(allocation),
                allocation.relays().stream()
                        .mapToLong(relay -> secondsLeft(relay, nowNanos))
                        .max()
                        .orElse(0),
                allocation.permissions().size(),
                allocation.channels().size(),
                traffic.packetsToPeers(),
                traffic.bytesToPeers(),
                traffic.packetsToClient(),
                traffic.bytesToClient());
    }

    private static List<TransportAddress> relayed(Allocation allocation) {
        return allocation.relays().stream()
                .flatMap(relay -> Stream.ofNullable(relay.address()))
                .toList();
    }

    private static long secondsLeft(Deadline deadline, long nowNanos) {
        return TimeUnit.NANOSECONDS.toSeconds(deadline.atNanos() - nowNanos);
    }

    /** Ends an allocation; answers whether there was such a live one. */
    public boolean end(long id, long nowNanos) {
        server.handleTimeout(nowNanos);
        Allocation allocation = allocations.byId().get(id);
        if (allocation == null || allocation.response() == null) {
            return false;
        }
        end(allocation);
        return true;
    }

    /**
     * Ends every allocation of a user, also those about to live, and gives up what is reserved for it.
     *
     * @param name user name, or for a time-limited user the name behind the expiry
     * @return how many allocations
     */
    public int endAllOf(String name, long nowNanos) {
        server.handleTimeout(nowNanos);
        List<Allocation> ended = allocations.byId().values().stream()
                .filter(allocation -> isNamed(allocation.user(), name))
                .toList();
        ended.forEach(this::end);
        List<Reservation> reserved = allocations.reservations().stream()
                .filter(reservation -> isNamed(reservation.user(), name))
                .toList();
        for (Reservation reservation : reserved) {
            allocations.remove(reservation);
            sockets.close(reservation.socket());
        }
        return ended.size();
    }

    private static boolean isNamed(User user, String name) {
        return user.name().equals(name) || user.account().equals(name);
    }

    private void end(Allocation allocation) {
        Opening opening = allocation.opening();
        if (opening == null) {
            allocations.remove(allocation);
        } else {
            opener.abandon(opening);
        }
    }
}
