package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.PasswordAlgorithm;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.TimeLimitedCredential;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the server uses the long-term credential mechanism: RFC 8489 section 9.2.4 and RFC 8656 section 5. */
class AuthenticationTest {
    private static final List<Integer> METHODS =
            List.of(TurnMethod.ALLOCATE, TurnMethod.REFRESH, TurnMethod.CREATE_PERMISSION, TurnMethod.CHANNEL_BIND);

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard);

    @Test
    @Requirement(rfc = 8656, section = "5", text = "All requests but Binding are authenticated")
    void everyTurnRequestWithoutCredentialsIsChallenged() {
        for (int method : METHODS) {
            StunMessage response = client.exchange(udp(begin(method)).encode());

            assertThat(response.get(StunAttributes.ERROR_CODE).code()).isEqualTo(401);
            assertThat(response.method()).isEqualTo(method);
            assertThat(response.get(StunAttributes.REALM)).isEqualTo(TestServer.REALM);
            assertThat(response.get(StunAttributes.NONCE)).hasSize(Nonces.NONCE_BYTES);
            assertThat(response.get(StunAttributes.PASSWORD_ALGORITHMS)).containsExactly(PasswordAlgorithm.SHA_256);
            assertThat(response.hasMessageIntegrity()).isFalse();
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "21.3.1", text = "An unauthenticated request takes no memory")
    void aChallengeLeavesNoStateBehind() {
        for (int method : METHODS) {
            client.exchange(udp(begin(method)).encode());
        }
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
        assertThat(shard.open).isEmpty();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A nonce that is no longer good is answered 438 with a fresh one")
    void aStaleNonceIsAnsweredWithAFreshOneThatWorks() {
        client.fetchNonce();
        shard.advanceSeconds(Nonces.DEFAULT_LIFETIME_SECONDS);

        StunMessage stale = client.allocate();

        assertError(stale, ErrorCode.STALE_NONCE);
        assertThat(stale.get(StunAttributes.REALM)).isEqualTo(TestServer.REALM);
        client.nonce = stale.get(StunAttributes.NONCE);
        assertSuccess(client.allocate());
    }

    @Test
    @Requirement(rfc = 8489, section = "16.1.2", text = "A nonce of one client is of no use to another")
    void aNonceOfAnotherAddressOpensNothing() {
        client.fetchNonce();
        TestClient spoofed = TestClient.alice(shard, TransportAddress.parse("192.0.2.11:5000"));
        spoofed.nonce = client.nonce;

        assertError(spoofed.allocate(), ErrorCode.STALE_NONCE);
        assertThat(shard.open).isEmpty();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A signed request without USERNAME, REALM or NONCE is answered 400")
    void aSignedRequestThatLacksAnAttributeIsRefusedWithoutAChallenge() {
        StunMessage response = client.exchange(udp(begin(TurnMethod.ALLOCATE)).encodeWithIntegrity(client.key));

        assertError(response, ErrorCode.BAD_REQUEST);
        assertThat(response.has(StunAttributes.NONCE)).isFalse();
        assertThat(response.has(StunAttributes.REALM)).isFalse();
        assertThat(response.hasMessageIntegrity()).isFalse();
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "A wrong password is answered 401")
    void aWrongPasswordIsChallenged() {
        TestClient wrong = new TestClient(shard, TestServer.CLIENT, "alice", "wrong");

        assertError(wrong.allocate(), ErrorCode.UNAUTHENTICATED);
        assertThat(shard.server.counters().allocateResults(401)).isEqualTo(2);
    }

    @Test
    void aTimeLimitedUserCanAllocateUntilItExpires() {
        TimeLimitedCredential credential = TestServer.SECRETS.issue("carol", TestServer.START_WALL_SECONDS + 100);
        TestClient carol = new TestClient(shard, TestServer.CLIENT, credential.username(), credential.password());
        assertSuccess(carol.allocate());
        shard.advanceSeconds(99);
        assertSuccess(carol.refresh(600));
        shard.advanceSeconds(1);

        assertError(carol.refresh(600), ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void freshCredentialsOfTheSameNameGoOnWithTheAllocation() {
        TestClient carol = timeLimited("carol", 100);
        assertSuccess(carol.allocate());
        shard.advanceSeconds(99);

        assertSuccess(timeLimited("carol", 100).refresh(600));
        shard.advanceSeconds(99);
        assertSuccess(timeLimited("carol", 100).createPermission(TestServer.PEER));
        assertError(timeLimited("dave", 100).refresh(600), ErrorCode.WRONG_CREDENTIALS);
    }

    /** Unlike coturn, where credentials have to be good only when the allocation is made. */
    @Test
    void anAllocationEndsWithTheCredentialsThatItWasLastRefreshedWith() {
        TimeLimitedCredential credential = TestServer.SECRETS.issue("carol", shard.wallSeconds() + 700);
        TestClient carol = new TestClient(shard, TestServer.CLIENT, credential.username(), credential.password());

        StunMessage allocated = carol.allocate(encoder -> encoder.add(TurnAttributes.LIFETIME, 3_600L));
        assertThat(allocated.get(TurnAttributes.LIFETIME)).isEqualTo(700);
        shard.advanceSeconds(500);
        carol.fetchNonce();
        assertThat(carol.refresh(3_600).get(TurnAttributes.LIFETIME)).isEqualTo(200);
        shard.advanceSeconds(199);
        assertThat(shard.open).hasSize(1);
        shard.advanceSeconds(1);
        assertThat(shard.open).isEmpty();
    }

    @Test
    void freshCredentialsProlongTheLifeOfAnAllocation() {
        TimeLimitedCredential first = TestServer.SECRETS.issue("carol", shard.wallSeconds() + 100);
        TestClient carol = new TestClient(shard, TestServer.CLIENT, first.username(), first.password());
        assertThat(carol.allocate().get(TurnAttributes.LIFETIME)).isEqualTo(100);
        shard.advanceSeconds(90);

        TimeLimitedCredential second = TestServer.SECRETS.issue("carol", shard.wallSeconds() + 2_000);
        TestClient renewed = new TestClient(shard, TestServer.CLIENT, second.username(), second.password());
        assertThat(renewed.refresh(900).get(TurnAttributes.LIFETIME)).isEqualTo(900);
        shard.advanceSeconds(899);
        assertThat(shard.open).hasSize(1);
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A response carries MESSAGE-INTEGRITY-SHA256, or MESSAGE-INTEGRITY if the key was made by MD5")
    void theAlgorithmOfTheKeyDecidesHowTheResponseIsSigned() {
        client.withAllocation();
        for (MessageIntegrity integrity : MessageIntegrity.values()) {
            StunMessage toSha256 = client.exchange(client.credentials(begin(TurnMethod.REFRESH), client.nonce)
                    .add(StunAttributes.PASSWORD_ALGORITHMS, Authenticator.PASSWORD_ALGORITHMS)
                    .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256)
                    .sign(integrity, client.sha256Key)
                    .encode());
            assertSuccess(toSha256);
            assertThat(toSha256.verify(MessageIntegrity.SHA256, client.sha256Key))
                    .isTrue();
            assertThat(toSha256.hasMessageIntegrity()).isFalse();

            StunMessage toMd5 = client.exchange(client.credentials(begin(TurnMethod.REFRESH), client.nonce)
                    .sign(integrity, client.key)
                    .encode());
            assertSuccess(toMd5);
            assertThat(toMd5.verify(MessageIntegrity.SHA1, client.key)).isTrue();
            assertThat(toMd5.has(MessageIntegrity.SHA256)).isFalse();
        }
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.3.2",
            text = "A later request may carry the chosen PASSWORD-ALGORITHM without the list")
    void aRefreshWithPasswordAlgorithmAloneIsServed() {
        client.withAllocation();

        StunMessage response = client.exchange(client.credentials(begin(TurnMethod.REFRESH), client.nonce)
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256)
                .sign(MessageIntegrity.SHA256, client.sha256Key)
                .encode());

        assertSuccess(response);
        assertThat(response.verify(MessageIntegrity.SHA256, client.sha256Key)).isTrue();
    }

    /** Whoever reads along behind the same NAT has the IP address of those that he reads of. */
    @Test
    @Requirement(rfc = 8489, section = "16.1.2", text = "A nonce of one client is of no use to another")
    void onEveryTransportANonceIsGoodAtOnePortAlone() {
        for (ClientTransport transport : ClientTransport.values()) {
            TestClient first = client.over(transport);
            first.fetchNonce();
            byte[] nonce = first.nonce;

            TestClient beside = first.from(TransportAddress.parse("192.0.2.10:5001"));
            assertError(with(nonce, beside), ErrorCode.STALE_NONCE);
            assertError(with(nonce, first.from(TransportAddress.parse("192.0.2.11:5000"))), ErrorCode.STALE_NONCE);
            assertSuccess(with(nonce, first));
            beside.nonce = nonce;
            assertError(beside.refresh(0), ErrorCode.STALE_NONCE);
        }
    }

    @Test
    void aRequestFromPort0IsDropped() {
        TestClient nowhere = TestClient.alice(shard, new TransportAddress(TestServer.CLIENT.ip(), 0));

        assertThat(nowhere.send(udp(begin(TurnMethod.ALLOCATE)).encode())).isNull();
        assertThat(shard.drops(DropReason.UNEXPECTED_MESSAGE)).isEqualTo(1);
    }

    private static StunMessage with(byte[] nonce, TestClient client) {
        client.nonce = nonce;
        return client.allocate();
    }

    /** Nothing in the answer tells whether there is such a user; how long it takes is no other either. */
    @Test
    void whoeverGuessesLearnsNothingFromTheAnswer() {
        TimeLimitedCredential expired = TestServer.SECRETS.issue("carol", shard.wallSeconds());
        TimeLimitedCredential live = TestServer.SECRETS.issue("carol", shard.wallSeconds() + 9);
        client.fetchNonce();
        Set<ByteBuffer> answers = new LinkedHashSet<>();
        for (String username : List.of("alice", "mallory", expired.username(), live.username(), "1:", "")) {
            TestClient guessing = new TestClient(shard, TestServer.CLIENT, username, "guessed");
            guessing.nonce = client.nonce;
            guessing.send(guessing.credentials(
                            udp(StunEncoder.of(MessageClass.REQUEST, TurnMethod.ALLOCATE, new TransactionId(1, 2))),
                            client.nonce)
                    .encodeWithIntegrity(guessing.key));
            answers.add(shard.sent.getLast().datagram());
        }
        assertThat(answers).hasSize(1);
    }

    /** Whether a name is known does not show in the work either: every MAC is computed that a known one costs. */
    @Test
    void whoeverGuessesLearnsNothingFromTheWork() throws Exception {
        TimeLimitedCredential live = TestServer.SECRETS.issue("carol", shard.wallSeconds() + 9);
        long later = shard.wallSeconds() + 9;

        assertThat(macsForAGuessAt("alice"))
                .isEqualTo(macsForAGuessAt("mallory"))
                .isPositive();
        assertThat(macsForAGuessAt(live.username())).isEqualTo(macsForAGuessAt(later + ":nobody"));
        assertThat(macsForAGuessAt(live.username())).isGreaterThan(macsForAGuessAt("alice"));
    }

    private int macsForAGuessAt(String username) throws Exception {
        TestClient guessing = new TestClient(shard, TestServer.CLIENT, username, "guessed");
        byte[] request = guessing.sign(udp(begin(TurnMethod.ALLOCATE)));
        return MacCount.during(() -> {
            assertError(guessing.exchange(request), ErrorCode.UNAUTHENTICATED);
            return null;
        });
    }

    @Test
    void aTruncatedSignatureIsNone() {
        client.fetchNonce();
        byte[] signed = client.credentials(udp(begin(TurnMethod.ALLOCATE)), client.nonce)
                .sign(MessageIntegrity.SHA256, client.key)
                .encode();
        byte[] truncated = Arrays.copyOf(signed, signed.length - 16);
        truncated[3] = (byte) (truncated[3] - 16);
        truncated[truncated.length - 17] = 16;

        assertError(client.exchange(truncated), ErrorCode.UNAUTHENTICATED);
        assertThat(shard.open).isEmpty();
    }

    @Test
    void aTimeLimitedUserIsNotTheStaticOneOfItsName() {
        assertSuccess(timeLimited("alice", 100).allocate());

        assertError(client.refresh(600), ErrorCode.WRONG_CREDENTIALS);
    }

    private TestClient timeLimited(String name, int seconds) {
        TimeLimitedCredential credential = TestServer.SECRETS.issue(name, shard.wallSeconds() + seconds);
        return new TestClient(shard, TestServer.CLIENT, credential.username(), credential.password());
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "Responses to authenticated requests carry integrity with the same key")
    void responsesToSignedRequestsAreSignedWithTheSameKey() {
        StunMessage success = client.allocate();
        StunMessage error = client.createPermission();

        assertSuccess(success);
        assertError(error, ErrorCode.BAD_REQUEST);
        for (StunMessage response : List.of(success, error)) {
            assertThat(response.verifyMessageIntegrity(client.key)).isTrue();
            assertThat(response.verifyMessageIntegrity(StunKeys.longTerm("alice", TestServer.REALM, "other")))
                    .isFalse();
            assertThat(response.hasFingerprint()).isFalse();
            assertThat(response.has(StunAttributes.USERNAME)).isFalse();
            assertThat(response.has(StunAttributes.NONCE)).isFalse();
        }
    }

    @Test
    @Requirement(rfc = 8489, section = "7", text = "A request with FINGERPRINT gets a response with one")
    void aFingerprintIsAnsweredWithAFingerprint() {
        client.fetchNonce();
        StunMessage challenge = client.exchange(udp(begin(TurnMethod.ALLOCATE)).encodeWithFingerprint());
        StunMessage success = client.exchange(client.credentials(udp(begin(TurnMethod.ALLOCATE)), client.nonce)
                .encodeWithIntegrityAndFingerprint(client.key));

        assertThat(challenge.fingerprintIsValid()).isTrue();
        assertThat(success.fingerprintIsValid()).isTrue();
        assertThat(success.verifyMessageIntegrity(client.key)).isTrue();
    }

    @Test
    void theSoftwareIsToldOnlyToAuthenticatedClients() {
        TestServer talkative = new TestServer(TurnServerConfig.builder().software("Rift"));
        TestClient alice = TestClient.alice(talkative);

        assertThat(alice.allocate().get(StunAttributes.SOFTWARE)).isEqualTo("Rift");
        assertThat(alice.exchange(begin(StunMethod.BINDING).encode()).has(StunAttributes.SOFTWARE))
                .isFalse();
        assertThat(client.allocate().has(StunAttributes.SOFTWARE)).isFalse();
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "Authentication comes before anything else is looked at")
    void unknownAttributesAreReportedOnlyToAuthenticatedClients() {
        StunEncoder request = udp(begin(TurnMethod.ALLOCATE)).add(StunAttributes.PRIORITY, 1L);
        StunMessage challenge = client.exchange(request.encode());
        StunMessage refusal = client.allocate(encoder -> encoder.add(StunAttributes.PRIORITY, 1L));

        assertError(challenge, ErrorCode.UNAUTHENTICATED);
        assertError(refusal, ErrorCode.UNKNOWN_ATTRIBUTE);
        assertThat(refusal.get(StunAttributes.UNKNOWN_ATTRIBUTES)).containsExactly(StunAttributes.PRIORITY.type());
        assertThat(refusal.verifyMessageIntegrity(client.key)).isTrue();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "14.5",
            text = "Attributes after MESSAGE-INTEGRITY, but for MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, are ignored")
    void whatFollowsMessageIntegrityIsIgnored() {
        client.withAllocation();
        byte[] signed = client.sign(begin(TurnMethod.REFRESH));
        byte[] forged = new byte[signed.length + 8];
        System.arraycopy(signed, 0, forged, 0, signed.length);
        forged[3] = (byte) (forged[3] + 8);
        forged[signed.length + 1] = (byte) TurnAttributes.LIFETIME.type(); // LIFETIME 0 would delete the allocation
        forged[signed.length + 3] = 4;

        StunMessage response = client.exchange(forged);

        assertThat(response.get(TurnAttributes.LIFETIME)).isEqualTo(600);
        assertThat(shard.open).hasSize(1);
    }
}
