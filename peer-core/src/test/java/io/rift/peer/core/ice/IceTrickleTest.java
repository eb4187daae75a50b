package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.rendezvous.CandidateType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceTrickleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Each message of the rendezvous in any order and at any time, but credentials with or before candidates. */
    @Test
    void anyOrderOfSignallingLeadsToTheBestPath() {
        for (long seed = 0; seed < 200; seed++) {
            Pair pair = new Pair(
                    seed,
                    Box.of(Box.Nat.CONE, 1).withRelay("192.0.2.1:50001"),
                    Box.of(Box.Nat.CONE, 2).withRelay("192.0.2.1:50002"));
            List<Runnable> messages = new ArrayList<>();
            for (Pair.Side side : List.of(pair.a, pair.b)) {
                messages.add(() -> side.other().agent.remoteCredentials(side.agent.localCredentials(), pair.now));
                side.candidates.forEach(candidate -> messages.add(() -> side.signal(candidate)));
                messages.add(() -> side.agent.endOfLocalCandidates(pair.now));
                messages.add(() -> side.other().agent.endOfRemoteCandidates(pair.now));
            }
            Collections.shuffle(messages, pair.random);
            for (Runnable message : messages) {
                message.run();
                pair.run(Duration.ofMillis(pair.random.nextInt(400)));
            }
            pair.run(Duration.ofSeconds(45));

            assertThat(pair.a.selected()).as("seed " + seed).isNotNull();
            IcePathTest.assertPath(pair, PathKind.SRFLX);
            assertThat(pair.a.events(IceOutput.PathLost.class)).isEmpty();
        }
    }

    @Test
    void checksThatComeBeforeTheDescriptionAreAnsweredAndActedOnLater() {
        Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2));
        pair.a.signal();
        pair.run(SECOND);

        // b knew a, checked it and got answers; a knows nothing of b yet
        assertThat(pair.b.selected()).isNotNull();
        assertThat(pair.a.selected()).isNull();
        pair.a.agent.remoteCredentials(pair.b.agent.localCredentials(), pair.now);
        pair.run(Duration.ofMillis(50));

        assertThat(pair.a.selected()).isNotNull();
        assertThat(pair.a.selected().remote().type()).isEqualTo(CandidateType.PRFLX);
    }

    @Test
    void earlyChecksOfSomebodyElseAreForgotten() {
        Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2));
        pair.a.signal();
        pair.run(SECOND);

        pair.a.agent.remoteCredentials(IceCredentials.random(pair.random), pair.now);
        int before = pair.a.sent;
        pair.run(Duration.ofMillis(50));

        assertThat(pair.a.sent).isEqualTo(before);
    }

    @Test
    void aPeerReflexiveCandidateGetsTheTypeThatIsSignalledLater() {
        Pair pair = new Pair(1, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.PUBLIC, 2));
        pair.b.agent.remoteCredentials(pair.a.agent.localCredentials(), pair.now);
        pair.b.signal();
        pair.run(SECOND);
        assertThat(pair.b.selected().pathKind()).isEqualTo(PathKind.PRFLX);

        pair.a.candidates.forEach(pair.a::signal);
        pair.run(SECOND);

        assertThat(pair.b.selected().pathKind()).isEqualTo(PathKind.SRFLX);
        assertThat(pair.b.events(IceOutput.PathLost.class)).isEmpty();
    }

    @Test
    void aLocalPeerReflexiveCandidateGetsTheTypeThatIsGatheredLater() {
        Pair pair = new Pair(1, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.PUBLIC, 2));
        Candidate reflexive = pair.a.candidates.removeLast();
        pair.a.agent.removeLocalCandidate(reflexive, pair.now);
        pair.signal().run(SECOND);
        assertThat(pair.a.selected().pathKind()).isEqualTo(PathKind.PRFLX);

        pair.a.add(reflexive);
        pair.run(Duration.ofSeconds(7)); // a consent check

        assertThat(pair.a.selected().pathKind()).isEqualTo(PathKind.SRFLX);
    }

    @Test
    void aRelayThatComesLateIsUsedWhenNothingElseWorks() {
        Pair pair =
                new Pair(1, Box.of(Box.Nat.SYMMETRIC, 1).withRelay("192.0.2.1:50001"), Box.of(Box.Nat.SYMMETRIC, 2));
        Candidate relay = pair.a.candidates.removeLast();
        pair.a.agent.removeLocalCandidate(relay, pair.now);
        pair.signal().run(Duration.ofSeconds(15));
        assertThat(pair.a.selected()).isNull();

        pair.a.add(relay);
        pair.a.signal(relay);
        pair.run(SECOND);

        IcePathTest.assertPath(pair, PathKind.RELAY);
    }
}
