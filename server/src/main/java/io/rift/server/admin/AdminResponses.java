package io.rift.server.admin;

import io.rift.server.core.turn.AllocationView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON that goes out. */
final class AdminResponses {

    private AdminResponses() {}

    record Relayed(long packets, long bytes) {}

    record Allocation(
            String id,
            String user,
            String transport,
            String client,
            String server,
            List<String> relayed,
            long lifetimeSeconds,
            int permissions,
            int channels,
            Relayed toPeers,
            Relayed toClient) {

        static Allocation of(AllocationId id, AllocationView view) {
            return new Allocation(
                    id.toString(),
                    view.username(),
                    view.server().transport().name(),
                    view.client().toString(),
                    view.server().address().toString(),
                    view.relayed().stream().map(Object::toString).toList(),
                    view.lifetimeSeconds(),
                    view.permissions(),
                    view.channels(),
                    new Relayed(view.packetsToPeers(), view.bytesToPeers()),
                    new Relayed(view.packetsToClient(), view.bytesToClient()));
        }
    }

    /** A page; {@code next} is what to ask for next, or null at the end. */
    record Page(List<Allocation> allocations, @Nullable String next) {}

    record Permission(String peer, long lifetimeSeconds) {}

    record Channel(String number, String peer, long lifetimeSeconds) {}

    record Details(Allocation allocation, List<Permission> permissions, List<Channel> channels) {

        static Details of(AllocationId id, AllocationView.Details details) {
            return new Details(
                    Allocation.of(id, details.allocation()),
                    details.permissions().stream()
                            .map(permission -> new Permission(permission.peer(), permission.lifetimeSeconds()))
                            .toList(),
                    details.channels().stream()
                            .map(channel -> new Channel(
                                    "0x" + Integer.toHexString(channel.number()),
                                    channel.peer().toString(),
                                    channel.lifetimeSeconds()))
                            .toList());
        }
    }

    record Ended(int ended) {}

    record Revocation(String user, long untilUnixSeconds) {}

    record RevocationList(List<Revocation> revocations) {}

    /** {@code error} is for programs, {@code message} for people. */
    record Failure(String error, String message) {}
}
