package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.User;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8656 section 7.2: the relayed transport address next to that of an allocation, held for the client that asked for
 * an even port with the R bit. It counts as an allocation of its user, so that it is no way around the quota.
 */
final class Reservation extends Deadline {

    /** How long it is held; RFC 8656 section 7.2 wants 30 seconds at least. */
    static final int LIFETIME_SECONDS = 30;

    private final long token;
    private final User user;
    private final RelaySocket socket;
    private final TransportAddress relayed;
    private @Nullable Account account;

    Reservation(long token, User user, RelaySocket socket, TransportAddress relayed) {
        this.token = token;
        this.user = user;
        this.socket = socket;
        this.relayed = relayed;
    }

    long token() {
        return token;
    }

    byte[] tokenBytes() {
        return ByteBuffer.allocate(Long.BYTES).putLong(token).array();
    }

    void joins(Account ofUser) {
        account = ofUser;
    }

    Account account() {
        return Objects.requireNonNull(account, "the reservation has not joined the others yet");
    }

    User user() {
        return user;
    }

    RelaySocket socket() {
        return socket;
    }

    TransportAddress relayed() {
        return relayed;
    }
}
