package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.TimeLimitedCredential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The TTL of a credential also ends what was made with it. */
class CredentialExpiryTest {
    private final TestServer shard = new TestServer();

    @Test
    void anAllocationIsGrantedNoLongerThanItsCredentialLasts() {
        TestClient carol = carol(100);

        StunMessage response = carol.allocate(encoder -> encoder.add(TurnAttributes.LIFETIME, 3600L));

        assertThat(response.get(TurnAttributes.LIFETIME)).isEqualTo(100);
        shard.advanceSeconds(99);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
    }

    /** Until its socket opened, time has passed for its credentials, too. */
    @Test
    void aSocketThatOpensLateDoesNotCarryItBeyond() {
        TestClient carol = carol(100);
        carol.fetchNonce();
        shard.opensSockets = false;
        carol.send(carol.sign(TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE))));
        shard.advanceSeconds(8);
        shard.socketOpened(shard.opening.element());

        assertThat(carol.lastResponse().get(TurnAttributes.LIFETIME)).isEqualTo(92);
        shard.advanceSeconds(91);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSocketThatOpensAfterTheyExpiredIsClosed(boolean withNeighbour) {
        TestClient carol = carol(8);
        carol.fetchNonce();
        shard.opensSockets = false;
        StunEncoder request = TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE));
        carol.send(carol.sign(withNeighbour ? request.add(TurnAttributes.EVEN_PORT, true) : request));
        shard.advanceSeconds(8);
        shard.opensSockets = true;
        shard.socketOpened(shard.opening.element());

        assertError(carol.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(carol.lastResponse().has(TurnAttributes.LIFETIME)).isFalse();
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.counters().allocations()).isZero();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    @Test
    void noRefreshCarriesItBeyond() {
        TestClient carol = carol(1_000);
        assertSuccess(carol.allocate());
        for (int second = 100; second < 1_000; second += 100) {
            shard.advanceSeconds(100);
            carol.nonce = null;
            StunMessage response = carol.refresh(3600);
            assertThat(response.get(TurnAttributes.LIFETIME)).isEqualTo(1_000 - second);
        }
        shard.advanceSeconds(99);
        carol.nonce = null;
        assertThat(carol.refresh(600).get(TurnAttributes.LIFETIME)).isEqualTo(1);
        shard.advanceSeconds(1);

        assertThat(shard.open).isEmpty();
        carol.nonce = null;
        assertError(carol.refresh(600), ErrorCode.UNAUTHENTICATED);
        assertError(carol.allocate(), ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void freshCredentialsOfTheSameNameContinueIt() {
        TestClient carol = carol(100);
        assertSuccess(carol.allocate());
        shard.advanceSeconds(99);

        assertThat(carol(5_000).refresh(3600).get(TurnAttributes.LIFETIME)).isEqualTo(3600);
        shard.advanceSeconds(3599);
        assertThat(shard.open).hasSize(1);
    }

    @Test
    void credentialsThatLastLongerChangeNothing() {
        assertThat(carol(601).allocate().get(TurnAttributes.LIFETIME)).isEqualTo(600);
        assertThat(TestClient.alice(shard, TestClient.ipv4(1, 1)).allocate().get(TurnAttributes.LIFETIME))
                .isEqualTo(600);
    }

    private TestClient carol(int ttlSeconds) {
        TimeLimitedCredential credential = TestServer.SECRETS.issue("carol", shard.wallSeconds() + ttlSeconds);
        return new TestClient(shard, TestServer.CLIENT, credential.username(), credential.password());
    }
}
