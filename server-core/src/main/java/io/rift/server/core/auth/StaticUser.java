package io.rift.server.core.auth;

import io.rift.protocol.stun.PasswordAlgorithm;
import io.rift.protocol.stun.StunKeys;

/** A user of the configuration: its keys instead of its password. */
final class StaticUser {
    private final String name;
    private final byte[] md5Key;
    private final byte[] sha256Key;

    StaticUser(String name, String realm, String password) {
        this.name = name;
        this.md5Key = StunKeys.longTerm(name, realm, password);
        this.sha256Key = StunKeys.longTermSha256(name, realm, password);
    }

    String name() {
        return name;
    }

    /** The key by SHA-256 where that is asked for, else by MD5. */
    byte[] key(PasswordAlgorithm algorithm) {
        return algorithm.equals(PasswordAlgorithm.SHA_256) ? sha256Key : md5Key;
    }
}
