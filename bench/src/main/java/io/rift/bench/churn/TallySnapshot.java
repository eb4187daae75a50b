package io.rift.bench.churn;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What clients have done in some time.
 *
 * @param livesByTransport clients that came and went, of every transport
 * @param restarts those that lost their socket and came back to the same address
 * @param vanished those that never came back
 * @param allocations Allocate requests answered with 200
 * @param challenges with 401
 * @param mismatches with 437
 * @param toPeer data messages sent
 * @param toClient data messages received
 */
record TallySnapshot(
        Map<Transport, Long> livesByTransport,
        long restarts,
        long vanished,
        long allocations,
        long challenges,
        long mismatches,
        long toPeer,
        long toClient) {

    TallySnapshot {
        livesByTransport = Map.copyOf(livesByTransport);
    }

    static TallySnapshot of(Tally tally) {
        return new TallySnapshot(
                tally.livesByTransport.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().sum())),
                tally.restarts.sum(),
                tally.vanished.sum(),
                tally.allocations.sum(),
                tally.challenges.sum(),
                tally.mismatches.sum(),
                tally.toPeer.sum(),
                tally.toClient.sum());
    }

    TallySnapshot minus(TallySnapshot before) {
        return new TallySnapshot(
                livesByTransport.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                entry -> entry.getValue() - before.livesByTransport.getOrDefault(entry.getKey(), 0L))),
                restarts - before.restarts,
                vanished - before.vanished,
                allocations - before.allocations,
                challenges - before.challenges,
                mismatches - before.mismatches,
                toPeer - before.toPeer,
                toClient - before.toClient);
    }

    /** Clients that came and went over this. */
    long lives(Transport transport) {
        return livesByTransport.getOrDefault(transport, 0L);
    }

    /** All clients that came and went. */
    long lives() {
        return livesByTransport.values().stream().mapToLong(Long::longValue).sum();
    }
}
