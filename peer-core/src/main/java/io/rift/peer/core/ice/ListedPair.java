package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathPreference;
import io.rift.peer.core.path.PathTier;
import io.rift.peer.core.path.RoundTripTime;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.TransactionId;
import org.jspecify.annotations.Nullable;

/** An entry of the check list: a base, a remote address, and how far checking got. */
final class ListedPair {

    /** Consent checks in a row without an answer, after which another valid pair is taken if there is one. */
    private static final int SUSPECT_AFTER = 4;

    /** Why a pair failed. */
    enum Failure {
        NONE,
        /** No answer to the check, or none any more. */
        UNANSWERED,
        /** An error, an asymmetric answer, or no permission. */
        REFUSED
    }

    private Candidate local;
    private Candidate remote;
    private PairState state = PairState.FROZEN;
    private Failure failure = Failure.NONE;
    private boolean checked;
    private boolean brief;
    private @Nullable TransactionId checkId;
    private @Nullable Candidate validLocal;
    private boolean nominatedOnSuccess;
    private long answeredNanos;
    private int unanswered;
    private final RoundTripTime roundTripTime = new RoundTripTime();

    ListedPair(Candidate local, Candidate remote) {
        this.local = local;
        this.remote = remote;
    }

    TransportAddress base() {
        return local.base();
    }

    TransportAddress remoteAddress() {
        return remote.address();
    }

    /** The best candidate of the base: what the check is sent from in the peer's eyes unless a NAT says otherwise. */
    Candidate local() {
        return local;
    }

    void local(Candidate better) {
        local = better;
    }

    Candidate remote() {
        return remote;
    }

    /** The peer signalled what we knew as peer-reflexive. */
    void remote(Candidate signalled) {
        remote = signalled;
    }

    boolean isViaRelay() {
        return local.type() == CandidateType.RELAY;
    }

    String foundation() {
        return local.foundation() + ":" + remote.foundation();
    }

    /** The pair as others see it: with the candidate that the peer saw, once it is valid. */
    CandidatePair candidatePair() {
        return new CandidatePair(validLocal == null ? local : validLocal, remote);
    }

    PathTier tier() {
        return PathTier.of(candidatePair().local().type(), remote.type());
    }

    long priority(Role role) {
        return new CandidatePair(local, remote).priority(role);
    }

    PathPreference preference(Role role) {
        return new PathPreference(tier(), priority(role), roundTripTime.settledNanos());
    }

    PairState state() {
        return state;
    }

    Failure failure() {
        return failure;
    }

    /** Whether a check was ever sent. */
    boolean isChecked() {
        return checked;
    }

    /** Whether the next check is one of many attempts, so that it need not be persistent. */
    boolean isBrief() {
        return brief;
    }

    /** The check under way, or {@code null}. */
    @Nullable TransactionId checkId() {
        return checkId;
    }

    void freeze() {
        state = PairState.FROZEN;
        checkId = null;
    }

    void await() {
        state = PairState.WAITING;
        checkId = null;
    }

    void awaitAgain(boolean isBrief) {
        await();
        brief = isBrief;
    }

    void checking(TransactionId id) {
        state = PairState.IN_PROGRESS;
        checkId = id;
        checked = true;
    }

    void succeeded(Candidate seenAs, long nowNanos) {
        state = PairState.SUCCEEDED;
        checkId = null;
        failure = Failure.NONE;
        validLocal = seenAs;
        answered(nowNanos);
    }

    void failed(Failure reason) {
        state = PairState.FAILED;
        checkId = null;
        failure = reason;
        validLocal = null;
        unanswered = 0;
    }

    boolean isValid() {
        return validLocal != null;
    }

    /** What the peer sees as our side of a valid pair, or {@code null}. */
    @Nullable Candidate validLocal() {
        return validLocal;
    }

    /** Whether the controlling peer wants this pair as soon as our own check succeeds. */
    boolean isNominatedOnSuccess() {
        return nominatedOnSuccess;
    }

    void nominateOnSuccess(boolean nominate) {
        nominatedOnSuccess = nominate;
    }

    RoundTripTime roundTripTime() {
        return roundTripTime;
    }

    /** A consent check is on its way. */
    void asked() {
        unanswered++;
    }

    void answered(long nowNanos) {
        answeredNanos = nowNanos;
        unanswered = 0;
    }

    long answeredNanos() {
        return answeredNanos;
    }

    /** Consent checks since the last answer. */
    int unanswered() {
        return unanswered;
    }

    /** Whether it is still valid but probably dead. */
    boolean isSuspect() {
        return unanswered > SUSPECT_AFTER;
    }

    @Override
    public String toString() {
        return base() + " -> " + remoteAddress() + " " + state;
    }
}
