package io.rift.peer.core.secure;

/** The two sides of a handshake, with the labels of what each of them sends. */
enum Role {
    INITIATOR("hs i", "ap i2r", "i2r"),
    RESPONDER("hs r", "ap r2i", "r2i");

    private final String handshakeLabel;
    private final String applicationLabel;
    private final String direction;

    Role(String handshakeLabel, String applicationLabel, String direction) {
        this.handshakeLabel = handshakeLabel;
        this.applicationLabel = applicationLabel;
        this.direction = direction;
    }

    Role other() {
        return this == INITIATOR ? RESPONDER : INITIATOR;
    }

    String handshakeLabel() {
        return handshakeLabel;
    }

    String applicationLabel() {
        return applicationLabel;
    }

    String direction() {
        return direction;
    }
}
