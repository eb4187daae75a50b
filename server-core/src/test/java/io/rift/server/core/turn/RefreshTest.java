package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.TimeLimitedCredential;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8656 section 8.2. */
class RefreshTest {
    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).withAllocation();

    @ParameterizedTest
    @CsvSource({"1, 600", "601, 601", "3600, 3600", "86400, 3600"})
    @Requirement(rfc = 8656, section = "8.2", text = "A Refresh request sets the time to expiry as Allocate does")
    void refreshSetsTheTimeToExpiry(long requested, long granted) {
        shard.advanceSeconds(500);

        assertThat(client.refresh(requested).get(TurnAttributes.LIFETIME)).isEqualTo(granted);
        shard.advanceSeconds(granted - 1);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
    }

    @Test
    @Requirement(rfc = 8656, section = "8.2", text = "A Refresh request sets the time to expiry as Allocate does")
    void refreshWithoutLifetimeGrantsTheDefault() {
        StunMessage response = client.request(begin(TurnMethod.REFRESH));

        assertThat(response.get(TurnAttributes.LIFETIME)).isEqualTo(600);
    }

    @Test
    @Requirement(rfc = 8656, section = "8.2", text = "A lifetime of 0 deletes the allocation")
    void refreshWithZeroLifetimeDeletesTheAllocation() {
        assertSuccess(client.createPermission(TestServer.PEER));
        assertSuccess(client.bindChannel(0x4000, TestServer.PEER));

        StunMessage response = client.refresh(0);

        assertSuccess(response);
        assertThat(response.get(TurnAttributes.LIFETIME)).isZero();
        assertThat(shard.open).isEmpty();
        shard.advanceSeconds(1); // the user is remembered until its right to new peers is whole again
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
        TurnCounters counters = shard.server.counters();
        assertThat(counters.allocations()).isZero();
        assertThat(counters.permissions()).isZero();
        assertThat(counters.channels()).isZero();
        assertThat(client.sendChannelData(0x4000, "late")).isNull();
        assertThat(shard.drops(DropReason.NO_ALLOCATION)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "8.2", text = "A retransmitted deletion is answered 437 or success")
    void aRetransmittedDeletionIs437WhichClientsTakeForSuccess() {
        byte[] request = client.sign(begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, 0L));
        assertSuccess(client.exchange(request));

        assertError(client.exchange(request), ErrorCode.ALLOCATION_MISMATCH);
    }

    @Test
    @Requirement(rfc = 8656, section = "8.2", text = "A lifetime of 0 deletes the allocation")
    void afterADeletionTheFiveTupleIsFreeAgain() {
        assertSuccess(client.refresh(0));

        assertSuccess(client.allocate());
    }

    @Test
    @Requirement(rfc = 8656, section = "5", text = "A request for an allocation of other credentials is answered 441")
    void refreshOfAnotherUserIs441() {
        TestClient bob = new TestClient(shard, client.address, "bob", "also secret");

        assertError(bob.refresh(0), ErrorCode.WRONG_CREDENTIALS);
        assertThat(shard.open).hasSize(1);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "8.2",
            text = "A REQUESTED-ADDRESS-FAMILY that is not the allocation's is answered 443")
    void refreshWithAnotherAddressFamilyIs443() {
        StunMessage other = client.request(begin(TurnMethod.REFRESH).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2));
        StunMessage same = client.request(begin(TurnMethod.REFRESH).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 1));

        assertError(other, ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertSuccess(same);
    }

    @Test
    @Requirement(rfc = 8489, section = "14.8", text = "A request with a malformed attribute is answered 400")
    void anAddressFamilyOfAWrongLengthIs400() {
        StunAttribute<byte[]> malformed = StunAttribute.opaque(
                TurnAttributes.REQUESTED_ADDRESS_FAMILY.type(), "REQUESTED-ADDRESS-FAMILY", length -> true);

        for (int length : new int[] {0, 1, 8}) {
            assertError(
                    client.request(begin(TurnMethod.REFRESH).add(malformed, new byte[length])), ErrorCode.BAD_REQUEST);
        }
        assertThat(shard.open).hasSize(1);
    }

    /** And it changes nothing again: what is left of the credentials is told as it was, and the lifetime goes on. */
    @Test
    @Requirement(rfc = 8656, section = "5", text = "A retransmitted request is answered as it was")
    void aRetransmittedRefreshIsAnsweredAlike() {
        TimeLimitedCredential credential = TestServer.SECRETS.issue("carol", shard.wallSeconds() + 1_000);
        TestClient carol =
                new TestClient(shard, TestClient.ipv4(1, 5000), credential.username(), credential.password());
        carol.withAllocation();
        byte[] request = carol.sign(begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, 3_600L));
        carol.exchange(request);
        ByteBuffer first = shard.sent.getLast().datagram();
        shard.advanceSeconds(5);

        StunMessage second = carol.exchange(request);

        assertThat(shard.sent.getLast().datagram()).isEqualTo(first);
        assertThat(second.get(TurnAttributes.LIFETIME)).isEqualTo(1_000);
    }

    @Test
    void aMalformedLifetimeIs400AndDeletesNothing() {
        StunAttribute<byte[]> malformed =
                StunAttribute.opaque(TurnAttributes.LIFETIME.type(), "LIFETIME", length -> true);

        assertError(client.request(begin(TurnMethod.REFRESH).add(malformed, new byte[2])), ErrorCode.BAD_REQUEST);
        assertThat(shard.open).hasSize(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "5", text = "A request that needs an allocation and finds none is answered 437")
    void refreshWithoutAllocationIs437() {
        TestClient other = TestClient.alice(shard, TestClient.ipv4(1, 1));

        assertError(other.refresh(600), ErrorCode.ALLOCATION_MISMATCH);
    }
}
