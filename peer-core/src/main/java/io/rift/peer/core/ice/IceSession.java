package io.rift.peer.core.ice;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What the two agents agreed on, or are about to: credentials, and who controls. */
final class IceSession {
    private final RandomGenerator random;
    private final IceCredentials local;
    private @Nullable IceCredentials remote;
    private Role role;
    private long tieBreaker;

    IceSession(Role role, IceCredentials local, RandomGenerator random) {
        this.role = role;
        this.local = local;
        this.random = random;
        this.tieBreaker = random.nextLong();
    }

    IceCredentials local() {
        return local;
    }

    /** The peer's credentials, or {@code null} before its description came. */
    @Nullable IceCredentials remote() {
        return remote;
    }

    void remote(IceCredentials credentials) {
        remote = credentials;
    }

    Role role() {
        return role;
    }

    boolean isControlling() {
        return role == Role.CONTROLLING;
    }

    long tieBreaker() {
        return tieBreaker;
    }

    /** RFC 8445 section 7.3.1.1: whether ours is "larger than or equal to the contents" of the peer's. */
    boolean winsTieAgainst(long remoteTieBreaker) {
        return Long.compareUnsigned(tieBreaker, remoteTieBreaker) >= 0;
    }

    void switchRole() {
        role = role.opposite();
    }

    /** RFC 8445 section 7.2.5.1, after a 487: "The agent MUST change the tiebreaker value." */
    void changeTieBreaker() {
        tieBreaker = random.nextLong();
    }
}
