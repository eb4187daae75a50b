package io.rift.peer.core.secure;

import java.util.EnumMap;
import java.util.Map;

/** How many datagrams were dropped, by reason. */
public final class DropCounters {

    private final Map<DropReason, Long> countByReason = new EnumMap<>(DropReason.class);

    DropCounters() {}

    void count(DropReason reason) {
        countByReason.merge(reason, 1L, Long::sum);
    }

    public long of(DropReason reason) {
        return countByReason.getOrDefault(reason, 0L);
    }

    /** The reasons that occurred, with their counts. */
    public Map<DropReason, Long> snapshot() {
        return new EnumMap<>(countByReason);
    }

    @Override
    public String toString() {
        return countByReason.toString();
    }
}
