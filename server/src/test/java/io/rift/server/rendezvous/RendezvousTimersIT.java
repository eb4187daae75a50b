package io.rift.server.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.IceCandidate;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.rendezvous.RendezvousLimits;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens on a real clock, with times short enough to wait for and rates that nobody reaches. */
@Timeout(60)
class RendezvousTimersIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int PLENTY = 1_000_000;

    @Test
    void whoDoesNotAnswerTheChallengeIsClosed() {
        try (LoopbackRendezvous server = server(Duration.ofMillis(300), LONG.dividedBy(2), LONG)) {
            TestPeer peer = TestPeer.connect(server.uri());
            peer.next(Challenge.class);
            peer.expectError(RendezvousErrorCode.UNAUTHENTICATED);
            peer.expectClosed(1008, "unauthenticated");
        }
    }

    /** The JDK's client answers pings by itself, as RFC 6455 section 5.5.2 demands. */
    @Test
    void aQuietPeerIsKeptAliveByPings() throws InterruptedException {
        try (LoopbackRendezvous server = server(LONG, Duration.ofMillis(200), Duration.ofSeconds(2))) {
            TestPeer peer = TestPeer.signIn(server.uri());
            Thread.sleep(4_500); // more than twice the idle timeout
            assertThat(peer.closed).isNotDone();
            peer.send(new RefreshCredentials());
            peer.next(Credentials.class);
        }
    }

    @Test
    void aPeerThatReadsNothingAnswersNoPingAndIsForgotten() {
        try (LoopbackRendezvous server = server(LONG, Duration.ofMillis(200), Duration.ofSeconds(2))) {
            TestPeer caller = TestPeer.signIn(server.uri());
            TestPeer frozen = TestPeer.signIn(server.uri());
            frozen.stopReading();
            caller.call(frozen.peerId());
            assertThat(caller.expectError(RendezvousErrorCode.PEER_OFFLINE).message())
                    .isEqualTo("the peer left");
        }
    }

    @Test
    void aPeerThatReadsNothingCannotMakeTheServerHoldMuch() {
        try (LoopbackRendezvous server = server(LONG, LONG.dividedBy(2), LONG)) {
            TestPeer caller = TestPeer.signIn(server.uri());
            TestPeer frozen = TestPeer.signIn(server.uri());
            SessionId session = caller.call(frozen.peerId());
            frozen.next(Incoming.class);
            frozen.stopReading();
            IceCandidates large = largest(session);
            FromServer answer = null;
            for (int sent = 0; answer == null && sent < 10_000; sent++) { // 65 MB
                caller.send(large);
                answer = caller.nextIfAny();
            }
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            ErrorMessage.class,
                            error -> assertThat(error.code()).isEqualTo(RendezvousErrorCode.PEER_OFFLINE));
        }
    }

    @Test
    void whoPingsAndReadsNothingCannotMakeTheServerHoldPongs() {
        try (LoopbackRendezvous server = server(LONG, LONG.dividedBy(2), LONG)) {
            TestPeer frozen = TestPeer.connect(server.uri());
            frozen.next(Challenge.class);
            frozen.stopReading();
            String data = "x".repeat(125);
            assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> {
                for (int sent = 0; sent < PLENTY; sent++) {
                    frozen.ping(data);
                }
            });
        }
    }

    private static IceCandidates largest(SessionId session) {
        TransportAddress address = TransportAddress.parse("[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
        IceCandidate candidate = new IceCandidate("f".repeat(32), CandidateType.HOST, 1, address, address);
        return new IceCandidates(
                session, null, Collections.nCopies(RendezvousProtocol.MAX_CANDIDATES_PER_MESSAGE, candidate), false);
    }

    private static LoopbackRendezvous server(
            Duration authenticationTimeout, Duration pingInterval, Duration idleTimeout) {
        return new LoopbackRendezvous(new RendezvousLimits(
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                PLENTY,
                authenticationTimeout,
                pingInterval,
                idleTimeout,
                LONG));
    }
}
