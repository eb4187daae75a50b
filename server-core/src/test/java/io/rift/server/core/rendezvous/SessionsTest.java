package io.rift.server.core.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.NOT_ALLOWED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.PEER_OFFLINE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.PEER_REFUSED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.SESSION_EXISTS;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.RefuseReason;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.rendezvous.TestRendezvous.Client;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What two peers can do through the rendezvous, and what a third cannot. */
class SessionsTest {
    private final TestRendezvous rendezvous = new TestRendezvous();
    private final Client alice = rendezvous.signIn();
    private final Client bob = rendezvous.signIn();
    private final Client mallory = rendezvous.signIn();

    @Test
    void aCallReachesTheOtherPeerWithTheCallersProvenName() {
        SessionId session = alice.call(bob);
        Incoming incoming = bob.next(Incoming.class);
        assertThat(incoming.from()).isEqualTo(alice.peerId());
        assertThat(incoming.ice()).isEqualTo(TestRendezvous.offer(session));
        alice.expectNothing();
        mallory.expectNothing();
    }

    @Test
    void candidatesPassBothWaysUnchanged() {
        SessionId session = callAndForget();
        alice.send(TestRendezvous.trickle(session));
        bob.send(TestRendezvous.offer(session));
        assertThat(bob.next(IceCandidates.class)).isEqualTo(TestRendezvous.trickle(session));
        assertThat(alice.next(IceCandidates.class)).isEqualTo(TestRendezvous.offer(session));
    }

    @Test
    void aPeerThatIsNotSignedInIsOffline() {
        bob.disconnect();
        SessionId session = alice.call(bob);
        alice.expectError(PEER_OFFLINE, session);
        assertThat(rendezvous.server.snapshot().sessions()).isZero();
    }

    @Test
    void nobodyCallsHimself() {
        SessionId session = alice.call(alice);
        alice.expectError(NOT_ALLOWED, session);
    }

    @Test
    void aRefusalEndsTheSessionAndNamesTheReason() {
        SessionId session = callAndForget();
        bob.send(new Refuse(session, RefuseReason.BUSY));
        ErrorMessage error = alice.next(ErrorMessage.class);
        assertThat(error).isEqualTo(new ErrorMessage(PEER_REFUSED, "busy", session));
        alice.send(TestRendezvous.trickle(session));
        alice.expectError(UNKNOWN_SESSION, session);
        assertThat(rendezvous.server.snapshot().sessions()).isZero();
    }

    @Test
    void onlyTheCalledPeerRefuses() {
        SessionId session = callAndForget();
        alice.send(new Refuse(session, RefuseReason.DECLINED));
        alice.expectError(NOT_ALLOWED, session);
        bob.expectNothing();
    }

    @Test
    void aSessionIsNoneOfAThirdPeersBusiness() {
        SessionId session = callAndForget();
        mallory.send(TestRendezvous.trickle(session));
        mallory.expectError(UNKNOWN_SESSION, session);
        mallory.send(new End(session));
        mallory.expectError(UNKNOWN_SESSION, session);
        mallory.send(new Refuse(session, RefuseReason.BUSY));
        mallory.expectError(UNKNOWN_SESSION, session);
        mallory.send(report(session));
        mallory.expectError(UNKNOWN_SESSION, session);
        alice.expectNothing();
        bob.expectNothing();
        assertThat(rendezvous.outcomes).isEmpty();
    }

    @Test
    void aSessionIdentifierIsUsedOnce() {
        SessionId session = callAndForget();
        alice.send(new Connect(bob.peerId(), TestRendezvous.offer(session)));
        alice.expectError(SESSION_EXISTS, session);
        mallory.send(new Connect(bob.peerId(), TestRendezvous.offer(session)));
        mallory.expectError(SESSION_EXISTS, session);
        bob.expectNothing();
    }

    @Test
    void theEndIsToldToTheOtherSide() {
        SessionId session = callAndForget();
        alice.send(new End(session));
        assertThat(bob.next(End.class).session()).isEqualTo(session);
        bob.send(TestRendezvous.trickle(session));
        bob.expectError(UNKNOWN_SESSION, session);
        assertThat(rendezvous.server.snapshot().sessions()).isZero();
    }

    @Test
    void whenAPartyLeavesTheOtherIsToldOfEachSession() {
        SessionId called = callAndForget();
        SessionId calling = bob.call(alice);
        alice.next(Incoming.class);
        alice.disconnect();
        bob.expectError(PEER_OFFLINE, called);
        bob.expectError(PEER_OFFLINE, calling);
        bob.expectNothing();
        bob.send(TestRendezvous.trickle(called));
        bob.expectError(UNKNOWN_SESSION, called);
    }

    @Test
    void theCallerReportsHowItWent() {
        SessionId session = callAndForget();
        alice.send(new Report(session, ConnectionPath.SRFLX, NatKind.NONE, NatKind.ADDRESS_DEPENDENT, 250));
        assertThat(rendezvous.outcomes)
                .containsExactly(new Outcome(ConnectionPath.SRFLX, NatKind.NONE, NatKind.ADDRESS_DEPENDENT, 250));
        alice.expectNothing();
        bob.expectNothing();
        alice.send(TestRendezvous.trickle(session)); // the session goes on
        bob.next(IceCandidates.class);
    }

    @Test
    void aSessionIsReportedOnce() {
        SessionId session = callAndForget();
        alice.send(report(session));
        alice.send(report(session));
        alice.expectError(NOT_ALLOWED, session);
        assertThat(rendezvous.outcomes).hasSize(1);
    }

    @Test
    void theCalledPeerDoesNotReport() {
        SessionId session = callAndForget();
        bob.send(report(session));
        bob.expectError(NOT_ALLOWED, session);
        assertThat(rendezvous.outcomes).isEmpty();
    }

    @Test
    void aFailureCanBeReportedAfterTheOtherSideGaveUp() {
        SessionId session = callAndForget();
        bob.send(new End(session));
        alice.next(End.class);
        alice.send(TestRendezvous.trickle(session));
        alice.expectError(UNKNOWN_SESSION, session);
        alice.send(report(session));
        alice.expectNothing();
        assertThat(rendezvous.outcomes).hasSize(1);
        assertThat(rendezvous.server.snapshot().sessions()).isZero();
    }

    @Test
    void aFailureCanBeReportedAfterTheOtherSideLeft() {
        SessionId session = callAndForget();
        bob.disconnect();
        alice.expectError(PEER_OFFLINE, session);
        alice.send(report(session));
        assertThat(rendezvous.outcomes).hasSize(1);
    }

    @Test
    void theEndOfAnEndedSessionIsNoNewsToTheOther() {
        SessionId session = callAndForget();
        bob.send(new End(session));
        alice.next(End.class);
        alice.send(new End(session));
        alice.expectNothing();
        bob.expectNothing();
        assertThat(rendezvous.server.snapshot().sessions()).isZero();
    }

    @Test
    void aQuietSessionIsForgottenWithoutAWord() {
        SessionId session = callAndForget();
        wait(Duration.ofSeconds(119));
        alice.send(TestRendezvous.trickle(session));
        bob.next(IceCandidates.class);
        wait(Duration.ofSeconds(119));
        assertThat(rendezvous.server.snapshot().sessions()).isOne();
        wait(Duration.ofSeconds(1));
        assertThat(rendezvous.server.snapshot().sessions()).isZero();
        alice.expectNothing();
        bob.send(TestRendezvous.trickle(session));
        bob.expectError(UNKNOWN_SESSION, session);
    }

    private SessionId callAndForget() {
        SessionId session = alice.call(bob);
        bob.next(Incoming.class);
        return session;
    }

    private static Report report(SessionId session) {
        return new Report(session, ConnectionPath.FAILED, NatKind.UNKNOWN, NatKind.UNKNOWN, 30_000);
    }

    /** Everybody answers pings. */
    private void wait(Duration duration) {
        for (long second = 0; second < duration.toSeconds(); second++) {
            rendezvous.advance(Duration.ofSeconds(1));
            alice.pong();
            bob.pong();
            mallory.pong();
        }
    }
}
