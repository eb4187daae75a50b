package io.rift.server.admin;

import io.rift.server.core.auth.Revocations;
import io.rift.server.core.turn.Administration;
import io.rift.server.core.turn.AllocationView;
import io.rift.server.socket.TurnSockets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator can do, over all shards. Each call blocks until the event loops have answered. */
public final class Operator {

    /** The longest revocation: 30 days, and longer than credentials should live. */
    public static final int MAX_REVOCATION_SECONDS = 30 * 24 * 3600;

    private static final Logger LOG = LoggerFactory.getLogger(Operator.class);

    /** An allocation and where it lives. */
    record Located(AllocationId id, AllocationView view) {}

    private final TurnSockets sockets;
    private final LongSupplier wallSeconds;
    private final AtomicLong ended = new AtomicLong();
    private Revocations revocations = Revocations.none();

    /**
     * An operator who has done nothing yet.
     *
     * @param wallSeconds Unix time
     */
    public Operator(TurnSockets sockets, LongSupplier wallSeconds) {
        this.sockets = sockets;
        this.wallSeconds = wallSeconds;
    }

    /** At most {@code max} live allocations after one, in the order of their numbers; from the first one with null. */
    List<Located> list(@Nullable AllocationId after, int max) {
        List<Located> page = new ArrayList<>();
        int first = after == null ? 0 : after.shard();
        for (int shard = first; shard < sockets.shards() && page.size() < max; shard++) {
            long afterNumber = after != null && shard == first ? after.number() : 0;
            int room = Math.min(max - page.size(), Administration.MAX_LISTED);
            for (AllocationView view : sockets.administer(
                    shard, (administration, nowNanos) -> administration.list(afterNumber, room, nowNanos))) {
                page.add(new Located(new AllocationId(shard, view.id()), view));
            }
        }
        return page;
    }

    /** All about one live allocation, or null if there is no such. */
    AllocationView.@Nullable Details inspect(AllocationId id) {
        if (id.shard() >= sockets.shards()) {
            return null;
        }
        // A list of none or one, as a task has to answer something.
        List<AllocationView.Details> found = sockets.administer(id.shard(), (administration, nowNanos) -> {
            AllocationView.Details details = administration.inspect(id.number(), nowNanos);
            return details == null ? List.of() : List.of(details);
        });
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Ends an allocation; answers whether there was such. */
    boolean end(AllocationId id) {
        boolean found = id.shard() < sockets.shards()
                && sockets.administer(
                        id.shard(), (administration, nowNanos) -> administration.end(id.number(), nowNanos));
        if (found) {
            ended.incrementAndGet();
            LOG.atInfo().addKeyValue("allocation", id).log("an operator has ended an allocation");
        }
        return found;
    }

    /**
     * Refuses a user for a while and ends its allocations.
     *
     * @return how many
     * @throws IllegalStateException if there are too many revocations, or if an event loop is slow, which revokes late
     */
    synchronized int revoke(String user, int seconds) {
        long now = wallSeconds.getAsLong();
        Revocations changed = revocations.with(user, now + seconds, now);
        revocations = changed; // also if an event loop is slow: it has its task, and runs it late
        int count = sockets
                .administerAll((administration, nowNanos) -> {
                    administration.changeRevocations(changed);
                    return administration.endAllOf(user, nowNanos);
                })
                .stream()
                .mapToInt(Integer::intValue)
                .sum();
        ended.addAndGet(count);
        LOG.atInfo().addKeyValue("seconds", seconds).addKeyValue("ended", count).log("an operator has revoked a user");
        LOG.atDebug().addKeyValue("user", user).log("revoked");
        return count;
    }

    /** Takes a revocation back; answers whether there was such. */
    synchronized boolean takeBack(String user) {
        if (!revocations().containsKey(user)) {
            return false;
        }
        Revocations changed = revocations.without(user);
        revocations = changed;
        sockets.administerAll((administration, nowNanos) -> {
            administration.changeRevocations(changed);
            return true;
        });
        LOG.atInfo().log("an operator has taken back a revocation");
        return true;
    }

    /** The users that are refused now, and until when in Unix time. */
    synchronized SortedMap<String, Long> revocations() {
        revocations = revocations.withoutEnded(wallSeconds.getAsLong());
        return revocations.untilSecondsByName();
    }

    /** Revocations in effect. */
    public int revoked() {
        return revocations().size();
    }

    /** Allocations that operators have ended. */
    public long ended() {
        return ended.get();
    }
}
