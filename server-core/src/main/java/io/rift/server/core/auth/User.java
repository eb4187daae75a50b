package io.rift.server.core.auth;

import io.rift.protocol.stun.MessageIntegrity;

/** A user whose request was authenticated, and how the response is to be signed. */
public final class User {

    /** What {@link #validForSeconds()} answers for a user that does not expire. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    private final String name;
    private final String account;
    private final MessageIntegrity responseIntegrity;
    private final byte[] integrityKey;
    private final long validForSeconds;

    User(String name, String account, MessageIntegrity responseIntegrity, byte[] integrityKey, long validForSeconds) {
        this.name = name;
        this.account = account;
        this.responseIntegrity = responseIntegrity;
        this.integrityKey = integrityKey;
        this.validForSeconds = validForSeconds;
    }

    /** The USERNAME, also where the request had only its hash. */
    public String name() {
        return name;
    }

    /** By what quotas count: the user name, or for a time-limited user the name behind its expiry. */
    public String account() {
        return account;
    }

    /**
     * Whether what the other one made belongs to this one too: the same user name, or for time-limited users the same
     * name behind another expiry, because a call may outlive the credentials that it began with.
     */
    public boolean isSameAs(User other) {
        return name.equals(other.name) || (isTimeLimited() && other.isTimeLimited() && account.equals(other.account));
    }

    private boolean isTimeLimited() {
        return !account.equals(name);
    }

    /** Which attribute signs the response. */
    public MessageIntegrity responseIntegrity() {
        return responseIntegrity;
    }

    /** The key that signed the request, and signs the response. */
    public byte[] integrityKey() {
        return integrityKey.clone();
    }

    /** How long the credentials were still good for when they were checked; positive, or {@link #UNLIMITED}. */
    public long validForSeconds() {
        return validForSeconds;
    }

    /** The name alone. */
    @Override
    public String toString() {
        return name;
    }
}
