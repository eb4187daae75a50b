package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The Allocate requests of a {@link ModelRun}: of every kind, once more, and answered late. */
final class ModelAllocates {

    enum Wanted {
        IPV4,
        PAIR,
        IPV6,
        BOTH_FAMILIES,
        MOBILITY;

        int ports() {
            return this == PAIR || this == BOTH_FAMILIES ? 2 : 1;
        }
    }

    /** A request, and what became of it. */
    private static final class Attempt {
        final TestClient client;
        final Wanted wanted;
        final boolean sha256;
        final byte[] request;
        final long nonceIssued;
        TurnModel.@Nullable Allocated made;

        @Nullable ByteBuffer response;

        Attempt(TestClient client, Wanted wanted, long nonceIssued) {
            this.client = client;
            this.wanted = wanted;
            this.sha256 = client.signsWithSha256;
            this.request = request(client, wanted);
            this.nonceIssued = nonceIssued;
        }

        private static byte[] request(TestClient client, Wanted wanted) {
            StunEncoder encoder = TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE));
            int ipv6 = IpAddress.Family.IPV6.code();
            return client.sign(
                    switch (wanted) {
                        case IPV4 -> encoder;
                        case PAIR -> encoder.add(TurnAttributes.EVEN_PORT, true);
                        case IPV6 -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, ipv6);
                        case BOTH_FAMILIES -> encoder.add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, ipv6);
                        case MOBILITY -> encoder.add(TurnAttributes.MOBILITY_TICKET, new byte[0]);
                    });
        }

        String name() {
            return ModelClients.modelName(client);
        }
    }

    private final TestServer shard;
    private final TurnModel model;
    private long token;
    private @Nullable Attempt last;
    private @Nullable Attempt late;
    private TurnModel.@Nullable Allocated awaited;
    private long lateExpiry;

    ModelAllocates(TestServer shard, TurnModel model) {
        this.shard = shard;
        this.model = model;
    }

    private Attempt begin(TestClient client, Wanted wanted) {
        client.fetchNonce();
        Attempt attempt = new Attempt(client, wanted, model.now());
        last = attempt;
        return attempt;
    }

    private @Nullable ErrorCode refusal(Attempt attempt) {
        ErrorCode challenge = model.challenge(attempt.name(), attempt.nonceIssued);
        return challenge != null
                ? challenge
                : model.allocate(attempt.client.address, attempt.name(), attempt.wanted.ports());
    }

    void allocate(TestClient client, Wanted wanted) {
        send(begin(client, wanted));
    }

    private void send(Attempt attempt) {
        ErrorCode expected = refusal(attempt);
        StunMessage response = attempt.client.exchange(attempt.request);
        ModelRun.compare(attempt.client, response, expected);
        if (expected == null) {
            attempt.made = model.allocated(
                    attempt.client.address, attempt.name(), response.all(TurnAttributes.XOR_RELAYED_ADDRESS));
            lives(attempt, response);
            reserves(attempt, response);
        } else {
            assertThat(response.has(TurnAttributes.RESERVATION_TOKEN)).isFalse();
        }
    }

    private void reserves(Attempt attempt, StunMessage response) {
        byte[] newToken = response.get(TurnAttributes.RESERVATION_TOKEN);
        assertThat(newToken != null).isEqualTo(attempt.wanted == Wanted.PAIR);
        if (newToken != null) {
            token = ByteBuffer.wrap(newToken).getLong();
            model.reserved(token, attempt.name());
        }
    }

    private void lives(Attempt attempt, StunMessage response) {
        attempt.response = shard.sent.getLast().datagram();
        assertThat(response.all(TurnAttributes.XOR_RELAYED_ADDRESS))
                .hasSize(attempt.wanted == Wanted.BOTH_FAMILIES ? 2 : 1);
        attempt.made.ticket = response.get(TurnAttributes.MOBILITY_TICKET);
        assertThat(attempt.made.ticket != null).isEqualTo(attempt.wanted == Wanted.MOBILITY);
    }

    void allocateReserved(TestClient client) {
        client.fetchNonce();
        byte[] bytes = ByteBuffer.allocate(8).putLong(token).array();
        String name = ModelClients.modelName(client);
        ErrorCode expected = model.challenge(name, model.now());
        if (expected == null) {
            expected = model.allocateReserved(client.address, name, token);
        }
        StunMessage response = client.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, bytes));
        ModelRun.compare(client, response, expected);
        if (expected == null) {
            model.allocated(client.address, name, response.all(TurnAttributes.XOR_RELAYED_ADDRESS));
        }
    }

    /**
     * The same bytes again: the same answer while the allocation lives there and the nonce holds; nothing while it is to
     * be made; and a new allocation when the old one is gone.
     */
    void retransmit() {
        Attempt attempt = last;
        if (attempt == null) {
            return;
        }
        TestClient client = attempt.client;
        client.signsWithSha256 = attempt.sha256;
        ErrorCode challenge = model.challenge(attempt.name(), attempt.nonceIssued);
        TurnModel.Allocated present = model.at(client.address);
        if (challenge != null || present == null || present != attempt.made) {
            send(attempt);
        } else if (present.lives()) {
            client.exchange(attempt.request);
            assertThat(shard.sent.getLast().datagram()).isEqualTo(attempt.response);
        } else {
            assertThat(client.send(attempt.request)).isNull();
        }
    }

    // --- a shell that takes its time ---

    /** The shell opens no socket yet. */
    void allocateLate(TestClient client, Wanted wanted) {
        if (late != null) {
            return;
        }
        Attempt attempt = begin(client, wanted);
        ErrorCode expected = refusal(attempt);
        shard.opensSockets = false;
        StunMessage response = client.send(attempt.request);
        shard.opensSockets = true;
        if (expected != null) {
            ModelRun.compare(client, response, expected);
            return;
        }
        assertThat(response).isNull();
        assertThat(shard.opening).hasSize(1);
        awaited = model.waits(client.address, attempt.name(), wanted.ports());
        attempt.made = awaited;
        late = attempt;
        lateExpiry = model.now() + model.lifetime(attempt.name(), 0);
    }

    /**
     * The shell has opened the socket, or could not, and then opens another one. Perhaps nobody waits for it any more.
     *
     * @param neighbourIsLate whether that next to an even port takes its time, too
     */
    void answerLate(boolean opens, boolean neighbourIsLate) {
        Attempt attempt = late;
        if (attempt == null) {
            return;
        }
        late = null;
        boolean isAwaited = model.allocations.contains(awaited);
        int before = shard.sent.size();
        RelaySocket socket = shard.opening.element();
        shard.opensSockets = !(opens && neighbourIsLate && attempt.wanted == Wanted.PAIR);
        if (opens) {
            shard.socketOpened(socket);
        } else {
            shard.socketFailed(socket);
        }
        shard.opensSockets = true;
        if (!shard.opening.isEmpty()) {
            assertThat(isAwaited).isTrue();
            assertThat(shard.sent).hasSize(before);
            late = attempt;
            awaited.isHalfOpen = true;
            return;
        }
        assertThat(shard.sent).hasSize(before + (isAwaited ? 1 : 0));
        if (isAwaited) {
            answered(attempt);
        }
    }

    /** Unless the credentials have expired meanwhile. */
    private void answered(Attempt attempt) {
        attempt.client.signsWithSha256 = attempt.sha256;
        StunMessage response = attempt.client.lastResponse();
        ErrorCode expected = lateExpiry <= model.now() ? ErrorCode.INSUFFICIENT_CAPACITY : null;
        ModelRun.compare(attempt.client, response, expected);
        if (expected != null) {
            model.allocations.remove(awaited);
            return;
        }
        model.opened(attempt.made, response.all(TurnAttributes.XOR_RELAYED_ADDRESS), lateExpiry);
        lives(attempt, response);
        reserves(attempt, response);
    }
}
