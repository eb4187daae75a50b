package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.util.List;
import java.util.Set;

/** The Binding requests and responses of connectivity checks, RFC 8445 sections 7.1 and 7.3. */
final class CheckMessages {

    /** Comprehension-required attributes of a Binding request or response that we understand. */
    static final Set<Integer> KNOWN = Set.of(
            StunAttributes.MAPPED_ADDRESS.type(),
            StunAttributes.USERNAME.type(),
            StunAttributes.ERROR_CODE.type(),
            StunAttributes.UNKNOWN_ATTRIBUTES.type(),
            StunAttributes.REALM.type(),
            StunAttributes.NONCE.type(),
            StunAttributes.XOR_MAPPED_ADDRESS.type(),
            StunAttributes.PRIORITY.type(),
            StunAttributes.USE_CANDIDATE.type());

    private CheckMessages() {}

    /**
     * A check.
     *
     * @param priority that the local candidate would have as a peer-reflexive one
     */
    static byte[] request(
            TransactionId id, IceSession session, IceCredentials remote, long priority, boolean useCandidate) {
        boolean isControlling = session.isControlling();
        // RFC 8445 section 7.2.2: the user name of the peer's fragment, a colon, and our fragment; the peer's password
        String username = remote.usernameFragment() + ":" + session.local().usernameFragment();
        StunEncoder request = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, id)
                .add(StunAttributes.USERNAME, username)
                .add(StunAttributes.PRIORITY, priority)
                .add(
                        isControlling ? StunAttributes.ICE_CONTROLLING : StunAttributes.ICE_CONTROLLED,
                        session.tieBreaker());
        if (useCandidate && isControlling) {
            request.add(StunAttributes.USE_CANDIDATE, true);
        }
        return request.encodeWithIntegrityAndFingerprint(StunKeys.shortTerm(remote.password()));
    }

    static byte[] success(TransactionId id, IceSession session, TransportAddress mapped) {
        return StunEncoder.of(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, id)
                .add(StunAttributes.XOR_MAPPED_ADDRESS, mapped)
                .encodeWithIntegrityAndFingerprint(localKey(session));
    }

    static byte[] error(TransactionId id, IceSession session, ErrorCode error) {
        return StunEncoder.of(MessageClass.ERROR_RESPONSE, StunMethod.BINDING, id)
                .add(StunAttributes.ERROR_CODE, error)
                .encodeWithIntegrityAndFingerprint(localKey(session));
    }

    static byte[] unknownAttributes(TransactionId id, IceSession session, List<Integer> types) {
        return StunEncoder.of(MessageClass.ERROR_RESPONSE, StunMethod.BINDING, id)
                .add(StunAttributes.ERROR_CODE, ErrorCode.UNKNOWN_ATTRIBUTE)
                .add(StunAttributes.UNKNOWN_ATTRIBUTES, types)
                .encodeWithIntegrityAndFingerprint(localKey(session));
    }

    /** The key of what the peer sends to us in requests and what we answer. */
    static byte[] localKey(IceSession session) {
        return StunKeys.shortTerm(session.local().password());
    }
}
