package io.rift.bench.churn;

/**
 * What clients have done in some time.
 *
 * @param lives clients that came and went
 * @param restarts those that lost their socket and came back to the same address
 * @param vanished those that never came back
 * @param allocations Allocate requests answered with 200
 * @param challenges with 401
 * @param mismatches with 437
 * @param toPeer data messages sent
 * @param toClient data messages received
 */
record TallySnapshot(
        long lives,
        long restarts,
        long vanished,
        long allocations,
        long challenges,
        long mismatches,
        long toPeer,
        long toClient) {

    static TallySnapshot of(Tally tally) {
        return new TallySnapshot(
                tally.lives.sum(),
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
                lives - before.lives,
                restarts - before.restarts,
                vanished - before.vanished,
                allocations - before.allocations,
                challenges - before.challenges,
                mismatches - before.mismatches,
                toPeer - before.toPeer,
                toClient - before.toClient);
    }
}
