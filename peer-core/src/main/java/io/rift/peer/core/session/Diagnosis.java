package io.rift.peer.core.session;

import io.rift.peer.core.ice.CandidatePair;
import io.rift.peer.core.ice.IceFailure;
import io.rift.peer.core.secure.HandshakeFailure;
import org.jspecify.annotations.Nullable;

/** Says in words, without an address, why an attempt came to nothing. */
final class Diagnosis {

    private Diagnosis() {}

    static ConnectFailure of(IceFailure failure, Attempt attempt) {
        return new ConnectFailure.NoPath(cause(failure.cause()) + "; " + attempt.describe());
    }

    private static String cause(IceFailure.Cause cause) {
        return switch (cause) {
            case NO_LOCAL_CANDIDATES -> "we have no address to be reached at";
            case NO_REMOTE_CANDIDATES -> "the other peer has no address to be reached at";
            case NO_PAIRS -> "no address of ours fits one of theirs";
            case ALL_PAIRS_FAILED -> "every path was tried and none works";
            case TIMED_OUT -> "no path answered in time";
            case PATH_LOST -> "the path broke and no other was found";
        };
    }

    static ConnectFailure of(HandshakeFailure failure, @Nullable CandidatePair path) {
        return switch (failure) {
            case NOTHING_IN_COMMON -> new ConnectFailure.Incompatible("no protocol version and cipher suite in common");
            case TIMED_OUT ->
                new ConnectFailure.NoPath(
                        "a path was found (" + kind(path) + "), but the handshake got no answer on it");
            case NOT_AUTHENTIC ->
                new ConnectFailure.AuthenticationFailed(
                        "what the two peers told each other was changed on the way, or somebody else answered");
        };
    }

    static ConnectFailure timedOut(@Nullable Attempt attempt, @Nullable CandidatePair path) {
        if (attempt == null || !attempt.isAnswered()) {
            return new ConnectFailure.NoPath("no answer came back from the other peer or the server");
        }
        String reached = path == null
                ? "no path answered"
                : "a path was found (" + kind(path) + "), but the handshake did not finish";
        return new ConnectFailure.NoPath(reached + "; " + attempt.describe());
    }

    private static String kind(@Nullable CandidatePair path) {
        return path == null ? "lost again" : path.pathKind().connectionPath().wireName();
    }
}
