package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.rendezvous.CandidateType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceFailureTest {

    private static IceFailure failure(Pair.Side side) {
        return side.events(IceOutput.Failed.class).getFirst().failure();
    }

    @Test
    void aFailureTellsWhatWasTried() {
        Pair pair = new Pair(1, Box.of(Box.Nat.SYMMETRIC, 1), Box.of(Box.Nat.SYMMETRIC, 2))
                .signal()
                .run(Duration.ofSeconds(21));

        assertThat(Duration.ofNanos(pair.a.failedNanos)).isEqualTo(Duration.ofSeconds(20));
        IceFailure failure = failure(pair.a);
        assertThat(failure.cause()).isEqualTo(IceFailure.Cause.TIMED_OUT);
        assertThat(failure.localCandidates())
                .containsExactly(
                        new IceFailure.CandidateCount(CandidateType.HOST, 1),
                        new IceFailure.CandidateCount(CandidateType.SRFLX, 1));
        assertThat(failure.pairs())
                .containsExactly(
                        new IceFailure.PairCount(PathKind.HOST, 1, 0, 0),
                        new IceFailure.PairCount(PathKind.SRFLX, 1, 0, 0));
        assertThat(pair.a.agent.poll()).isNull();
        assertThat(pair.a.agent.nextTimeoutNanos()).isEqualTo(IceAgent.NEVER);
    }

    @Test
    void whenEveryPairIsRefusedTheAgentFailsAfterAShortWaitForThePeer() {
        Pair pair = new Pair(1, Box.of(Box.Nat.UDP_BLOCKED, 1).withRelay("192.0.2.1:50001"), Box.of(Box.Nat.CONE, 2));
        pair.a.agent.removeLocalCandidate(pair.a.candidates.removeFirst(), pair.now);
        pair.a.permits = peer -> false;
        pair.signal().run(Duration.ofSeconds(6));

        assertThat(Duration.ofNanos(pair.a.failedNanos)).isEqualTo(Duration.ofSeconds(5));
        IceFailure failure = failure(pair.a);
        assertThat(failure.cause()).isEqualTo(IceFailure.Cause.ALL_PAIRS_FAILED);
        assertThat(failure.pairs()).containsExactly(new IceFailure.PairCount(PathKind.RELAY, 0, 2, 2));
    }

    @Test
    void noCandidatesAndNoPairsAreToldApart() {
        Pair none = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2));
        none.b.agent.removeLocalCandidate(none.b.candidates.removeFirst(), none.now);
        none.signal().run(Duration.ofSeconds(21));
        assertThat(failure(none.a).cause()).isEqualTo(IceFailure.Cause.NO_REMOTE_CANDIDATES);
        assertThat(failure(none.b).cause()).isEqualTo(IceFailure.Cause.NO_LOCAL_CANDIDATES);

        Pair families = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2));
        families.b.candidates.clear();
        families.b.candidates.add(IceSecurityTest.remote(CandidateType.HOST, "[2001:db8::1]:5000"));
        families.b.signal();
        families.a.agent.endOfLocalCandidates(families.now);
        families.run(Duration.ofSeconds(21));
        assertThat(failure(families.a).cause()).isEqualTo(IceFailure.Cause.NO_PAIRS);
    }

    @Test
    void whileEitherSideStillTricklesOnlyTheDeadlineEndsTheSearch() {
        Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2));
        pair.a.agent.remoteCredentials(pair.b.agent.localCredentials(), pair.now);

        pair.run(Duration.ofMillis(19_900));
        assertThat(pair.a.events).isEmpty();
        pair.run(Duration.ofMillis(200));
        assertThat(failure(pair.a).cause()).isEqualTo(IceFailure.Cause.NO_REMOTE_CANDIDATES);
    }

    @Test
    void aClosedAgentIsSilent() {
        Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2))
                .signal()
                .run(Duration.ofSeconds(3));
        pair.a.agent.close();
        int sent = pair.a.sent;
        List<IceOutput> events = List.copyOf(pair.a.events);

        pair.run(Duration.ofMinutes(1));
        pair.a.candidates.forEach(candidate -> pair.a.agent.removeLocalCandidate(candidate, pair.now));
        pair.a.agent.recheck(pair.now);
        pair.run(Duration.ofMinutes(1));

        assertThat(pair.a.sent).isEqualTo(sent);
        assertThat(pair.a.events).isEqualTo(events);
        assertThat(pair.a.selected()).isNull();
        assertThat(pair.a.agent.dropped(DropReason.CLOSED)).isPositive();
        assertThat(pair.b.events(IceOutput.Failed.class)).hasSize(1);
    }

    @Test
    void aWithdrawnCandidateTakesItsPairsWithIt() {
        Pair pair = new Pair(1, Box.of(Box.Nat.SYMMETRIC, 1).withRelay("192.0.2.1:50001"), Box.of(Box.Nat.SYMMETRIC, 2))
                .signal()
                .run(Duration.ofSeconds(3));
        IcePathTest.assertPath(pair, PathKind.RELAY);

        pair.a.agent.removeLocalCandidate(pair.a.candidates.getLast(), pair.now);
        pair.run(Duration.ofMillis(1));

        assertThat(pair.a.selected()).isNull();
        assertThat(pair.a.events(IceOutput.PathLost.class)).hasSize(1);
    }
}
