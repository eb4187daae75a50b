package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.MessageClass;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceConsentTest {

    private static Pair cones() {
        return new Pair(1, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.CONE, 2)).signal();
    }

    @Test
    void anIdlePathIsCheckedEveryFiveSecondsOrSo() {
        Pair pair = cones().run(Duration.ofMinutes(1));
        long from = pair.now;

        pair.run(Duration.ofMinutes(10));

        List<Long> times = pair.delivered.stream()
                .filter(flight -> flight.to() == pair.b
                        && flight.message().messageClass() == MessageClass.REQUEST
                        && flight.arrivesNanos() - from > 0)
                .map(Pair.Flight::arrivesNanos)
                .toList();
        assertThat(times).hasSizeBetween(110, 130);
        for (int i = 1; i < times.size(); i++) {
            assertThat(Duration.ofNanos(times.get(i) - times.get(i - 1)))
                    .isBetween(Duration.ofSeconds(4), Duration.ofMillis(6100));
        }
        assertThat(times.stream().map(t -> t - times.getFirst()).distinct()).hasSizeGreaterThan(100);
    }

    @Test
    void aDeadPathWithoutAnyOtherIsLostAfterThirtySecondsAndFailsAfterFifty() {
        Pair pair = cones().run(Duration.ofSeconds(20));
        CandidatePair before = pair.a.selected();
        pair.passes = flight -> false;

        pair.run(Duration.ofSeconds(24));
        assertThat(pair.a.selected()).isEqualTo(before); // nothing better is known
        pair.run(Duration.ofSeconds(8));
        assertThat(pair.a.selected()).isNull();
        assertThat(pair.a.events(IceOutput.PathLost.class)).hasSize(1);
        assertThat(pair.a.events(IceOutput.Failed.class)).isEmpty();
        pair.run(Duration.ofSeconds(20));

        IceOutput.Failed failed = pair.a.events(IceOutput.Failed.class).getFirst();
        assertThat(failed.failure().cause()).isEqualTo(IceFailure.Cause.PATH_LOST);
        int sent = pair.a.sent;
        pair.run(Duration.ofMinutes(5));
        assertThat(pair.a.sent).isEqualTo(sent); // RFC 7675: no consent, no traffic
        assertThat(pair.a.agent.nextTimeoutNanos()).isEqualTo(IceAgent.NEVER);
    }

    @Test
    void anOutageShorterThanConsentLeavesThePathAlone() {
        Pair pair = cones().run(Duration.ofSeconds(20));
        pair.passes = flight -> false;
        pair.run(Duration.ofSeconds(20));
        pair.passes = flight -> true;
        pair.run(Duration.ofSeconds(20));

        IcePathTest.assertPath(pair, PathKind.SRFLX);
        assertThat(pair.a.events(IceOutput.PathLost.class)).isEmpty();
    }

    @Test
    void anOutageOfFortySecondsIsOvercomeByCheckingAgain() {
        Pair pair = cones().run(Duration.ofSeconds(20));
        pair.passes = flight -> false;
        pair.run(Duration.ofSeconds(40));
        assertThat(pair.a.selected()).isNull();
        pair.passes = flight -> true;
        pair.run(Duration.ofSeconds(10));

        IcePathTest.assertPath(pair, PathKind.SRFLX);
        assertThat(pair.a.events(IceOutput.PathLost.class)).hasSize(1);
        assertThat(pair.a.events(IceOutput.Failed.class)).isEmpty();
    }

    @Test
    void aNatThatMapsAnewIsFollowedToThePeerReflexiveCandidateByAPublicPeer() {
        Pair pair = new Pair(1, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.PUBLIC, 2))
                .signal()
                .run(Duration.ofSeconds(20));

        pair.a.box.generation++;
        pair.run(Duration.ofSeconds(8));

        assertThat(pair.a.selected().local().type()).isEqualTo(CandidateType.PRFLX);
        assertThat(pair.b.selected().remote().type()).isEqualTo(CandidateType.PRFLX);
        assertThat(pair.b.selected().remoteAddress())
                .isEqualTo(pair.a.selected().local().address());
        assertThat(pair.b.events(IceOutput.PathLost.class)).isEmpty();
    }

    @Test
    void aNatThatMapsAnewIsFollowedToTheNewlySignalledCandidateByAPeerBehindANat() {
        Pair pair = cones().run(Duration.ofSeconds(20));
        Candidate before = pair.a.candidates.getLast();

        pair.a.box.generation++;
        TransportAddress mapped =
                new TransportAddress(before.address().ip(), before.address().port() + 1);
        Candidate after = Box.candidate(CandidateType.SRFLX, mapped, before.base(), before.foundation());
        pair.a.agent.removeLocalCandidate(before, pair.now);
        pair.a.add(after);
        pair.a.signal(after);
        pair.run(Duration.ofSeconds(12));

        assertThat(pair.a.selected().local()).isEqualTo(after);
        assertThat(pair.b.selected().remoteAddress()).isEqualTo(mapped);
        assertThat(pair.b.selected().pathKind()).isEqualTo(PathKind.SRFLX);
        assertThat(pair.b.events(IceOutput.PathLost.class)).isEmpty();
    }

    @Test
    void aRecheckAsksForConsentAtOnce() {
        Pair pair = cones().run(Duration.ofSeconds(20));
        int before = pair.a.sent;

        pair.a.agent.recheck(pair.now);
        pair.run(Duration.ofMillis(1));

        assertThat(pair.a.sent).isEqualTo(before + 1);
    }
}
