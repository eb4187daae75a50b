package io.rift.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.capture.Canary;
import io.rift.cli.capture.CaptureFile;
import io.rift.cli.process.ControlLine;
import io.rift.cli.process.Launch;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.PathType;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo is worth something only if it can fail: each test takes one thing away. */
class OutcomeTest {
    private static final Canary CANARY = new Canary("canary-0123456789abcdef");
    private static final String ALICE = "alice".repeat(12);
    private static final String BOB = "bob".repeat(20);
    private static final int MESSAGES = 10;
    private static final int MESSAGE_BYTES = 1_000;
    private static final int RENDEZVOUS_PORT = 8080;

    @TempDir
    private Path directory;

    @Test
    void holdsWhenEverythingIsAsExpected() {
        assertThat(failing(direct(end(ALICE, BOB), end(BOB, ALICE), signIn()))).isEmpty();
        assertThat(failing(relayed(signIn().udp(new byte[2 * MESSAGE_BYTES])))).isEmpty();
    }

    @Test
    void failsOnAnotherPathAtEitherEnd() {
        End elsewhere = new End(ALICE, BOB).path("prflx");
        assertThat(failing(direct(elsewhere.end(), end(BOB, ALICE), signIn()))).containsExactly("path");
        End bobElsewhere = new End(BOB, ALICE).path("turn");
        assertThat(failing(direct(end(ALICE, BOB), bobElsewhere.end(), signIn())))
                .containsExactly("path");
    }

    @Test
    void failsOnADamagedMessageAtEitherEnd() {
        assertThat(failing(direct(new End(ALICE, BOB).intact(9).end(), end(BOB, ALICE), signIn())))
                .containsExactly("messages");
        assertThat(failing(direct(end(ALICE, BOB), new End(BOB, ALICE).intact(9).end(), signIn())))
                .containsExactly("messages");
    }

    @Test
    void failsWhenTheEndsDoNotAgreeWhoTheyAre() {
        assertThat(failing(direct(end(ALICE, "mallory"), end(BOB, ALICE), signIn())))
                .containsExactly("bob");
        assertThat(failing(direct(end(ALICE, BOB), end(BOB, "mallory"), signIn())))
                .containsExactly("alice");
    }

    @Test
    void failsWhenTheEndsUseDifferentSuites() {
        assertThat(failing(direct(
                        end(ALICE, BOB), new End(BOB, ALICE).suite("NULL").end(), signIn())))
                .containsExactly("suite");
    }

    @Test
    void failsWhenTheTapSawPlaintext() {
        CaptureFile leak = signIn().udp(CANARY.text().getBytes(StandardCharsets.US_ASCII));
        assertThat(failing(direct(end(ALICE, BOB), end(BOB, ALICE), leak))).containsExactly("tap");
    }

    @Test
    void failsWhenTheTapSawNothing() {
        CaptureFile deaf = new CaptureFile(101, ByteOrder.LITTLE_ENDIAN);
        assertThat(failing(direct(end(ALICE, BOB), end(BOB, ALICE), deaf))).containsExactly("tap");
    }

    @Test
    void failsWhenTheServerDidNotCarryWhatIsSaidToBeRelayed() {
        assertThat(failing(relayed(signIn().udp(new byte[2 * MESSAGE_BYTES - 1]))))
                .containsExactly("tap");
    }

    @Test
    void countsSignallingAsNoRelayedMessage() {
        CaptureFile signalling = signIn().udpTo(RENDEZVOUS_PORT, new byte[2 * MESSAGE_BYTES]);
        assertThat(failing(direct(end(ALICE, BOB), end(BOB, ALICE), signalling)))
                .isEmpty();
        assertThat(failing(relayed(signIn().udpTo(RENDEZVOUS_PORT, new byte[2 * MESSAGE_BYTES]))))
                .containsExactly("tap");
    }

    @Test
    void failsWhenTheServerCarriedWhatIsSaidToBeDirect() {
        CaptureFile carried = signIn().udp(new byte[2 * MESSAGE_BYTES]);
        assertThat(failing(direct(end(ALICE, BOB), end(BOB, ALICE), carried))).containsExactly("tap");
    }

    private static List<String> failing(Outcome outcome) {
        assertThat(outcome.holds()).isEqualTo(outcome.claims().stream().allMatch(Claim::holds));
        return outcome.claims().stream()
                .filter(claim -> !claim.holds())
                .map(Claim::subject)
                .toList();
    }

    private Outcome direct(Outcome.End alice, Outcome.End bob, CaptureFile capture) {
        return outcome(PathType.SERVER_REFLEXIVE, alice, bob, capture);
    }

    private Outcome relayed(CaptureFile capture) {
        return outcome(
                PathType.RELAYED,
                new End(ALICE, BOB).path("turn").end(),
                new End(BOB, ALICE).path("turn").end(),
                capture);
    }

    private Outcome outcome(PathType expected, Outcome.End alice, Outcome.End bob, CaptureFile capture) {
        Scenario scenario = new Scenario("test", Launch.here(), Launch.here(), "", IceTransportPolicy.ALL, expected);
        Outcome.TapView tap = new Outcome.TapView("test", capture.in(directory), RENDEZVOUS_PORT, MESSAGE_BYTES);
        return Outcome.of(scenario, alice, bob, 500, MESSAGES, CANARY, tap);
    }

    private static CaptureFile signIn() {
        return new CaptureFile(101, ByteOrder.LITTLE_ENDIAN).tcp(1, ALICE.getBytes(StandardCharsets.US_ASCII));
    }

    private static Outcome.End end(String self, String other) {
        return new End(self, other).end();
    }

    /** An end on which all is well, until it is told otherwise. */
    private record End(String self, String other, String path, int intact, String suite) {
        End(String self, String other) {
            this(self, other, "srflx", MESSAGES, "SUITE");
        }

        End path(String changed) {
            return new End(self, other, changed, intact, suite);
        }

        End intact(int changed) {
            return new End(self, other, path, changed, suite);
        }

        End suite(String changed) {
            return new End(self, other, path, intact, changed);
        }

        Outcome.End end() {
            return new Outcome.End(
                    ControlLine.of("ready", "id", self, "fingerprint", "of " + self),
                    ControlLine.of(
                            "connected", "remote", other, "fingerprint", "of " + other, "suite", suite, "millis", 5),
                    ControlLine.of("path", "type", path, "local", "192.0.2.1:1", "remote", "192.0.2.2:2"),
                    ControlLine.of("exchanged", "sent", MESSAGES, "received", MESSAGES, "intact", intact));
        }
    }
}
