package io.rift.server.core.auth;

/** A user whose request was authenticated, and the key that did it, with which the response is signed. */
public final class User {
    private final String name;
    private final String account;
    private final byte[] integrityKey;

    User(String name, String account, byte[] integrityKey) {
        this.name = name;
        this.account = account;
        this.integrityKey = integrityKey;
    }

    /** The USERNAME. */
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

    /** The key of MESSAGE-INTEGRITY. */
    public byte[] integrityKey() {
        return integrityKey.clone();
    }

    /** The name alone. */
    @Override
    public String toString() {
        return name;
    }
}
