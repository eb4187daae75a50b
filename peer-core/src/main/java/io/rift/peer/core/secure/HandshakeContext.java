package io.rift.peer.core.secure;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What this peer knows when a handshake begins. */
public final class HandshakeContext {

    public static final int SESSION_BYTES = 32;

    public static final int INVITE_SECRET_BYTES = 32;

    private final byte[] session;
    private final Identity identity;
    private final Introduction local;
    private final Introduction remote;
    private final byte @Nullable [] inviteSecret;

    private HandshakeContext(
            byte[] session,
            Identity identity,
            Introduction local,
            Introduction remote,
            byte @Nullable [] inviteSecret) {
        if (session.length != SESSION_BYTES) {
            throw new IllegalArgumentException("a session has " + SESSION_BYTES + " bytes, not " + session.length);
        }
        if (!local.peerId().equals(identity.peerId())) {
            throw new IllegalArgumentException("the local introduction is of " + local.peerId() + ", not of this peer");
        }
        if (remote.peerId().equals(identity.peerId())) {
            throw new IllegalArgumentException("a peer does not shake hands with itself: " + identity.peerId());
        }
        this.session = session.clone();
        this.identity = identity;
        this.local = local;
        this.remote = remote;
        this.inviteSecret = inviteSecret == null ? null : inviteSecret.clone();
    }

    /**
     * Everything that both sides learned through the rendezvous.
     *
     * @param session {@value #SESSION_BYTES} bytes that name this attempt
     * @param identity of this peer
     * @param local what this peer said about itself; its signer is {@code identity}
     * @param remote what the other peer said about itself; its signer is the only identity that is accepted
     * @throws IllegalArgumentException if the session has another length, {@code local} is not of {@code identity}, or
     *     both peers are the same
     */
    public static HandshakeContext of(byte[] session, Identity identity, Introduction local, Introduction remote) {
        return new HandshakeContext(session, identity, local, remote, null);
    }

    /**
     * The same with a secret that both peers got outside of the rendezvous. Both have to use it; it shuts out even a
     * server that gave each of them a wrong peer id from the start.
     *
     * @param secret {@value #INVITE_SECRET_BYTES} random bytes
     * @throws IllegalArgumentException if the secret has another length or is all zeros, which would be the same as none
     */
    public HandshakeContext withInviteSecret(byte[] secret) {
        if (secret.length != INVITE_SECRET_BYTES || Arrays.equals(secret, new byte[INVITE_SECRET_BYTES])) {
            throw new IllegalArgumentException("an invite secret has " + INVITE_SECRET_BYTES + " random bytes");
        }
        return new HandshakeContext(session, identity, local, remote, secret);
    }

    byte[] session() {
        return session;
    }

    Identity identity() {
        return identity;
    }

    Introduction local() {
        return local;
    }

    Introduction remote() {
        return remote;
    }

    /** What the peer in this role said about itself. */
    Introduction introduction(Role localRole, Role role) {
        return localRole == role ? local : remote;
    }

    byte @Nullable [] inviteSecret() {
        return inviteSecret;
    }
}
