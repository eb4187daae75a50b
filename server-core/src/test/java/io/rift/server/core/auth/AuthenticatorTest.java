package io.rift.server.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.PasswordAlgorithm;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 8489 section 9.2.4, step by step. */
class AuthenticatorTest {
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.10:5000");
    private static final String REALM = "example.org";
    private static final long NOW = 1_800_000_000;
    private static final SharedSecrets SECRETS = new SharedSecrets(List.of("north", "older north"));

    private final Authenticator authenticator = authenticator(REALM, Map.of("alice", "secret"));

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A request without integrity is answered 401 with REALM and NONCE")
    void aRequestWithoutMessageIntegrityIsChallengedWith401() {
        StunMessage request = parse(credentials("alice", nonce()).encode());

        assertThat(authenticate(request)).isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A signed request without USERNAME, REALM or NONCE is answered 400")
    void aSignedRequestThatLacksUsernameRealmOrNonceIsMalformed() {
        byte[] key = StunKeys.longTerm("alice", REALM, "secret");
        for (StunAttribute<?> missing : List.of(StunAttributes.USERNAME, StunAttributes.REALM, StunAttributes.NONCE)) {
            StunEncoder request = request();
            if (missing != StunAttributes.USERNAME) {
                request.add(StunAttributes.USERNAME, "alice");
            }
            if (missing != StunAttributes.REALM) {
                request.add(StunAttributes.REALM, REALM);
            }
            if (missing != StunAttributes.NONCE) {
                request.add(StunAttributes.NONCE, nonce());
            }
            assertThat(authenticate(parse(request.encodeWithIntegrity(key))))
                    .as(missing.name())
                    .isEqualTo(new Authentication.Malformed());
        }
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "An unknown user is answered 401")
    void anUnknownUserIsChallengedWith401() {
        assertThat(authenticate(signed("mallory", "secret", nonce())))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "A wrong password is answered 401")
    void aWrongPasswordIsChallengedWith401EvenIfTheNonceIsStale() {
        assertThat(authenticate(signed("alice", "wrong", nonce())))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
        assertThat(authenticate(signed("alice", "wrong", staleNonce())))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.2", text = "The key depends on the realm")
    void aKeyOfAnotherRealmIsAWrongPassword() {
        StunMessage request = parse(
                credentials("alice", nonce()).encodeWithIntegrity(StunKeys.longTerm("alice", "example.com", "secret")));

        assertThat(authenticate(request)).isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A nonce that is no longer good is answered 438 with a fresh one")
    void aStaleOrForeignNonceIsChallengedWith438() {
        for (byte[] nonce : List.of(staleNonce(), "anything".getBytes(StandardCharsets.US_ASCII), new byte[0])) {
            assertThat(authenticate(signed("alice", "secret", nonce)))
                    .isEqualTo(new Authentication.Challenged(ErrorCode.STALE_NONCE));
        }
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "A request with the right password and a good nonce is accepted")
    void aStaticUserIsAcceptedWithItsPassword() {
        User user = accepted(signed("alice", "secret", nonce()));

        assertThat(user.name()).isEqualTo("alice");
        assertThat(user.account()).isEqualTo("alice");
        assertThat(user.integrityKey()).isEqualTo(StunKeys.longTerm("alice", REALM, "secret"));
    }

    @Test
    void aTimeLimitedUserIsAcceptedUnderEverySecretUntilItExpires() {
        for (String secret : List.of("north", "older north")) {
            TimeLimitedCredential credential = new SharedSecrets(List.of(secret)).issue("bob", NOW + 1);
            StunMessage request = signed(credential.username(), credential.password(), nonce());

            assertThat(accepted(request).account()).isEqualTo("bob");
            assertThat(authenticator.authenticate(request, CLIENT, NOW + 1))
                    .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
        }
    }

    @Test
    void aSecretThatIsNoLongerConfiguredOpensNothing() {
        TimeLimitedCredential credential = new SharedSecrets(List.of("oldest north")).issue("bob", NOW + 1);

        assertThat(authenticate(signed(credential.username(), credential.password(), nonce())))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    void aStaticUserHidesATimeLimitedOneOfTheSameName() {
        TimeLimitedCredential credential = SECRETS.issue("bob", NOW + 1);
        Authenticator both = authenticator(REALM, Map.of(credential.username(), "secret"));

        assertThat(both.authenticate(signed(credential.username(), "secret", nonce()), CLIENT, NOW))
                .isInstanceOf(Authentication.Accepted.class);
        assertThat(both.authenticate(signed(credential.username(), credential.password(), nonce()), CLIENT, NOW))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    @Requirement(rfc = 8489, section = "14.3", text = "A user name is UTF-8")
    void userNamesAndRealmMayBeAnyUtf8() {
        Authenticator umlauts = authenticator("b\u00FCro", Map.of("j\u00FCrgen \uD83D\uDE00", "geheim"));
        StunMessage request = parse(request()
                .add(StunAttributes.USERNAME, "j\u00FCrgen \uD83D\uDE00")
                .add(StunAttributes.REALM, "b\u00FCro")
                .add(StunAttributes.NONCE, nonce())
                .encodeWithIntegrity(StunKeys.longTerm("j\u00FCrgen \uD83D\uDE00", "b\u00FCro", "geheim")));

        assertThat(umlauts.authenticate(request, CLIENT, NOW)).isInstanceOf(Authentication.Accepted.class);
    }

    @Test
    @Requirement(rfc = 8489, section = "14.3", text = "A user name has fewer than 509 bytes")
    void refusesARealmOrUserNameThatDoesNotFit() {
        assertThatThrownBy(() -> authenticator("", Map.of())).hasMessageContaining("realm");
        assertThatThrownBy(() -> authenticator("r".repeat(Authenticator.MAX_REALM_BYTES + 1), Map.of()))
                .hasMessageContaining("1 to 16 bytes");
        assertThatThrownBy(() -> authenticator(REALM, Map.of("", "secret"))).hasMessageContaining("user name");
        assertThatThrownBy(() -> authenticator(REALM, Map.of("u".repeat(509), "secret")))
                .hasMessageContaining("1 to 508 bytes");
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A key is made by the PASSWORD-ALGORITHM of the request, by MD5 where there is none")
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A response carries MESSAGE-INTEGRITY-SHA256, or MESSAGE-INTEGRITY if the key was made by MD5")
    void eitherAttributeMaySignWithEitherKeyAndTheKeyDecidesAboutTheResponse() {
        byte[] md5 = StunKeys.longTerm("alice", REALM, "secret");
        byte[] sha256 = StunKeys.longTermSha256("alice", REALM, "secret");
        for (MessageIntegrity integrity : MessageIntegrity.values()) {
            User old = accepted(
                    parse(credentials("alice", nonce()).sign(integrity, md5).encode()));
            assertThat(old.responseIntegrity()).isEqualTo(MessageIntegrity.SHA1);
            assertThat(old.integrityKey()).isEqualTo(md5);

            User user = accepted(parse(
                    withAlgorithms("alice", nonce()).sign(integrity, sha256).encode()));
            assertThat(user.responseIntegrity()).isEqualTo(MessageIntegrity.SHA256);
            assertThat(user.integrityKey()).isEqualTo(sha256);

            assertThat(authenticate(parse(credentials("alice", nonce())
                            .sign(integrity, sha256)
                            .encode())))
                    .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
            assertThat(authenticate(parse(withAlgorithms("alice", nonce())
                            .sign(integrity, md5)
                            .encode())))
                    .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
        }
    }

    @Test
    void ofTwoSignaturesTheStrongerCounts() {
        byte[] md5 = StunKeys.longTerm("alice", REALM, "secret");
        byte[] wrong = StunKeys.longTerm("alice", REALM, "wrong");

        assertThat(accepted(parse(credentials("alice", nonce())
                                .sign(MessageIntegrity.SHA1, wrong)
                                .sign(MessageIntegrity.SHA256, md5)
                                .encode()))
                        .name())
                .isEqualTo("alice");
        assertThat(authenticate(parse(credentials("alice", nonce())
                        .sign(MessageIntegrity.SHA1, md5)
                        .sign(MessageIntegrity.SHA256, wrong)
                        .encode())))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    @Test
    void aTimeLimitedUserMayUseSha256() {
        TimeLimitedCredential credential = new SharedSecrets(List.of("older north")).issue("bob", NOW + 7);
        byte[] key = StunKeys.longTermSha256(credential.username(), REALM, credential.password());

        User user = accepted(parse(withAlgorithms(credential.username(), nonce())
                .sign(MessageIntegrity.SHA256, key)
                .encode()));

        assertThat(user.account()).isEqualTo("bob");
        assertThat(user.validForSeconds()).isEqualTo(7);
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A request that does not repeat the offered PASSWORD-ALGORITHMS and choose one of them gets 400")
    void whoeverTampersWithTheAlgorithmsIsRefused() {
        byte[] md5 = StunKeys.longTerm("alice", REALM, "secret");
        byte[] sha256 = StunKeys.longTermSha256("alice", REALM, "secret");
        PasswordAlgorithm unknown = new PasswordAlgorithm(3, new byte[0]);
        PasswordAlgorithm withParameters = new PasswordAlgorithm(2, new byte[4]);
        record Choice(List<PasswordAlgorithm> offered, PasswordAlgorithm chosen) {}
        for (Choice choice : List.of(
                new Choice(Authenticator.PASSWORD_ALGORITHMS, null), // only one of the two attributes
                new Choice(null, PasswordAlgorithm.MD5),
                new Choice(List.of(PasswordAlgorithm.MD5), PasswordAlgorithm.MD5), // bid down on the way
                new Choice(List.of(PasswordAlgorithm.MD5, PasswordAlgorithm.SHA_256), PasswordAlgorithm.SHA_256),
                new Choice(List.of(), PasswordAlgorithm.SHA_256),
                new Choice(Authenticator.PASSWORD_ALGORITHMS, PasswordAlgorithm.MD5), // not among those offered
                new Choice(Authenticator.PASSWORD_ALGORITHMS, unknown),
                new Choice(Authenticator.PASSWORD_ALGORITHMS, withParameters))) {
            StunEncoder request = credentials("alice", nonce());
            if (choice.offered() != null) {
                request.add(StunAttributes.PASSWORD_ALGORITHMS, choice.offered());
            }
            if (choice.chosen() != null) {
                request.add(StunAttributes.PASSWORD_ALGORITHM, choice.chosen());
            }
            byte[] key = PasswordAlgorithm.MD5.equals(choice.chosen()) ? md5 : sha256;
            assertThat(authenticate(
                            parse(request.sign(MessageIntegrity.SHA256, key).encode())))
                    .as(choice.toString())
                    .isEqualTo(new Authentication.Malformed());
        }
    }

    /** RFC 8489 section 9.2.3.2 does not have the list repeated in later requests. */
    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.3.2",
            text = "A later request may carry the chosen PASSWORD-ALGORITHM without the list")
    void theAlgorithmMayStandAloneWhereItIsTheBestOfThoseOffered() {
        StunEncoder request =
                credentials("alice", nonce()).add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256);
        byte[] key = StunKeys.longTermSha256("alice", REALM, "secret");

        User user = accepted(parse(request.sign(MessageIntegrity.SHA256, key).encode()));

        assertThat(user.integrityKey()).isEqualTo(key);
        assertThat(user.responseIntegrity()).isEqualTo(MessageIntegrity.SHA256);
    }

    /** Of a server that a client knew before: not tampered with, but stale. */
    @Test
    void algorithmsWithANonceOfAnotherServerAreAnsweredWithAFreshNonce() {
        byte[] foreign = "f//499k954d6OL34oL9FSTvy64sA".getBytes(StandardCharsets.US_ASCII);
        StunMessage request = parse(credentials("alice", foreign)
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256)
                .sign(MessageIntegrity.SHA256, StunKeys.longTermSha256("alice", REALM, "secret"))
                .encode());

        assertThat(authenticate(request)).isEqualTo(new Authentication.Challenged(ErrorCode.STALE_NONCE));
    }

    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "A user may be named by USERHASH instead of USERNAME")
    void aStaticUserIsFoundByItsHash() {
        byte[] key = StunKeys.longTermSha256("alice", REALM, "secret");

        assertThat(accepted(parse(hashed(StunKeys.userhash("alice", REALM))
                                .sign(MessageIntegrity.SHA256, key)
                                .encode()))
                        .name())
                .isEqualTo("alice");
        for (byte[] other : List.of(StunKeys.userhash("alice", "other"), new byte[32])) {
            assertThat(authenticate(parse(
                            hashed(other).sign(MessageIntegrity.SHA256, key).encode())))
                    .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
        }
    }

    @Test
    void aHashOfAWrongLengthIsNone() {
        byte[] bytes = request()
                .add(StunAttribute.opaque(0x001E, "USERHASH", length -> true), new byte[20])
                .add(StunAttributes.REALM, REALM)
                .add(StunAttributes.NONCE, nonce())
                .sign(MessageIntegrity.SHA256, new byte[16])
                .encode();

        assertThat(authenticate(parse(bytes))).isEqualTo(new Authentication.Malformed());
    }

    /** The name of a time-limited user cannot be told from a hash, so its hash opens nothing. */
    @Test
    void aTimeLimitedUserIsNotFoundByItsHash() {
        TimeLimitedCredential credential = SECRETS.issue("bob", NOW + 7);
        byte[] key = StunKeys.longTermSha256(credential.username(), REALM, credential.password());
        byte[] hash = StunKeys.userhash(credential.username(), REALM);

        assertThat(authenticate(
                        parse(hashed(hash).sign(MessageIntegrity.SHA256, key).encode())))
                .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
    }

    /** What an unknown user is checked against, so that it takes as long, opens nothing itself. */
    @Test
    void theKeyOfNobodyOpensNothing() {
        for (byte[] key : List.of(new byte[16], new byte[32], new byte[0])) {
            for (MessageIntegrity integrity : MessageIntegrity.values()) {
                assertThat(authenticate(parse(credentials("mallory", nonce())
                                .sign(integrity, key)
                                .encode())))
                        .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
                assertThat(authenticate(parse(
                                withAlgorithms("", nonce()).sign(integrity, key).encode())))
                        .isEqualTo(new Authentication.Challenged(ErrorCode.UNAUTHENTICATED));
            }
        }
    }

    private StunEncoder hashed(byte[] userhash) {
        return request()
                .add(StunAttributes.USERHASH, userhash)
                .add(StunAttributes.REALM, REALM)
                .add(StunAttributes.NONCE, nonce())
                .add(StunAttributes.PASSWORD_ALGORITHMS, Authenticator.PASSWORD_ALGORITHMS)
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256);
    }

    private static StunEncoder withAlgorithms(String username, byte[] nonce) {
        return credentials(username, nonce)
                .add(StunAttributes.PASSWORD_ALGORITHMS, Authenticator.PASSWORD_ALGORITHMS)
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256);
    }

    private static Authenticator authenticator(String realm, Map<String, String> users) {
        return new Authenticator(realm, users, SECRETS, new Nonces(List.of(new byte[32]), 600));
    }

    private Authentication authenticate(StunMessage request) {
        return authenticator.authenticate(request, CLIENT, NOW);
    }

    private User accepted(StunMessage request) {
        Authentication authentication = authenticate(request);
        assertThat(authentication).isInstanceOf(Authentication.Accepted.class);
        return ((Authentication.Accepted) authentication).user();
    }

    private byte[] nonce() {
        return authenticator.nonce(CLIENT, NOW);
    }

    private byte[] staleNonce() {
        return authenticator.nonce(CLIENT, NOW - 600);
    }

    private static StunEncoder request() {
        return StunEncoder.of(MessageClass.REQUEST, TurnMethod.REFRESH, new TransactionId(1, 2));
    }

    private static StunEncoder credentials(String username, byte[] nonce) {
        return request()
                .add(StunAttributes.USERNAME, username)
                .add(StunAttributes.REALM, REALM)
                .add(StunAttributes.NONCE, nonce);
    }

    private static StunMessage signed(String username, String password, byte[] nonce) {
        return parse(credentials(username, nonce).encodeWithIntegrity(StunKeys.longTerm(username, REALM, password)));
    }

    private static StunMessage parse(byte[] bytes) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(bytes));
        assertThat(message).isNotNull();
        return message;
    }
}
