package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges Binding requests, RFC 8445 section 7.3. Nothing is answered before MESSAGE-INTEGRITY was verified, so that
 * nobody without the password learns that we are here, or has us send anything anywhere.
 */
final class InboundChecks {

    /** What to do about a request. */
    sealed interface Verdict {
        /** Ignore it. */
        record Dropped(DropReason reason) implements Verdict {}

        /** It is authentic, but refused. */
        record Refused(Reply reply, DropReason reason) implements Verdict {}

        /** It is a check. */
        record Accepted(Reply reply, long priority, boolean useCandidate, String remoteFragment) implements Verdict {}
    }

    /** The bytes of a response. */
    static final class Reply {
        private final byte[] bytes;

        Reply(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    private final IceSession session;

    InboundChecks(IceSession session) {
        this.session = session;
    }

    /** Judges a request. A role conflict that the peer wins switches the session's role. */
    Verdict judge(TransportAddress from, StunMessage request) {
        if (request.method() != StunMethod.BINDING) {
            return new Verdict.Dropped(DropReason.UNEXPECTED_MESSAGE);
        }
        if (!request.fingerprintIsValid()) {
            return new Verdict.Dropped(DropReason.BAD_FINGERPRINT);
        }
        String username = request.get(StunAttributes.USERNAME);
        int colon = username == null ? -1 : username.indexOf(':');
        if (username == null || colon < 0 || !isOurs(username, colon)) {
            return new Verdict.Dropped(DropReason.BAD_USERNAME);
        }
        if (!request.verifyMessageIntegrity(CheckMessages.localKey(session))) {
            return new Verdict.Dropped(DropReason.BAD_INTEGRITY);
        }
        TransactionId id = request.transactionId();
        List<Integer> unknown = request.unknownComprehensionRequired(CheckMessages.KNOWN);
        if (!unknown.isEmpty()) {
            return refused(CheckMessages.unknownAttributes(id, session, unknown), DropReason.BAD_ATTRIBUTE);
        }
        Long priority = request.get(StunAttributes.PRIORITY);
        Long controlling = request.get(StunAttributes.ICE_CONTROLLING);
        Long controlled = request.get(StunAttributes.ICE_CONTROLLED);
        boolean hasOneRole = (controlling == null) != (controlled == null);
        if (priority == null || priority < 1 || priority > Candidate.MAX_PRIORITY || !hasOneRole) {
            return refused(CheckMessages.error(id, session, ErrorCode.BAD_REQUEST), DropReason.MISSING_ATTRIBUTE);
        }
        if (isRoleConflictLost(controlling, controlled)) {
            return refused(CheckMessages.error(id, session, ErrorCode.ROLE_CONFLICT), DropReason.ROLE_CONFLICT);
        }
        boolean useCandidate = request.has(StunAttributes.USE_CANDIDATE);
        Reply reply = new Reply(CheckMessages.success(id, session, from));
        return new Verdict.Accepted(reply, priority, useCandidate, username.substring(colon + 1));
    }

    private boolean isOurs(String username, int colon) {
        IceCredentials remote = session.remote();
        return username.substring(0, colon).equals(session.local().usernameFragment())
                && (remote == null || username.substring(colon + 1).equals(remote.usernameFragment()));
    }

    private static Verdict refused(byte[] response, DropReason reason) {
        return new Verdict.Refused(new Reply(response), reason);
    }

    /** Whether the peer has to give way. When we have to, this does it. RFC 8445 section 7.3.1.1. */
    private boolean isRoleConflictLost(@Nullable Long controlling, @Nullable Long controlled) {
        if (session.isControlling() && controlling != null) {
            // "If the agent's tiebreaker value is larger than or equal to the contents of the ICE-CONTROLLING
            // attribute,
            // the agent generates a Binding error response [...] 487 (Role Conflict) but retains its role."
            if (session.winsTieAgainst(controlling)) {
                return true;
            }
            session.switchRole();
        } else if (!session.isControlling() && controlled != null) {
            // "If the agent's tiebreaker value is larger than or equal to the contents of the ICE-CONTROLLED attribute,
            // the agent switches to the controlling role."
            if (!session.winsTieAgainst(controlled)) {
                return true;
            }
            session.switchRole();
        }
        return false;
    }
}
