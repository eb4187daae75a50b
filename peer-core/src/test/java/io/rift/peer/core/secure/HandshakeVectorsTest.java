package io.rift.peer.core.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.PeerId;
import io.rift.protocol.secure.AeadAlgorithm;
import io.rift.protocol.secure.KeyConfirm;
import io.rift.protocol.secure.KeyInit;
import io.rift.protocol.secure.KeyResp;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every value of a handshake against {@code handshake-vectors.json}, which another implementation computed from
 * PROTOCOL.md in another language with other libraries.
 */
class HandshakeVectorsTest {

    static List<Json> vectors() {
        return Json.resource("handshake-vectors.json").at("vectors").list();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void identitiesAndSignedCapabilitiesAreThePublishedOnes(Json vector) {
        for (String side : List.of("initiator", "responder")) {
            Json party = vector.at(side);
            Identity identity = Identity.fromSeed(party.at("seed").bytes());
            assertThat(identity.peerId()).isEqualTo(PeerId.of(party.at("id").bytes()));
            SignedCapabilities capabilities = capabilities(party);
            assertThat(capabilities.capabilities().suites())
                    .isEqualTo(party.at("suites").list().stream()
                            .map(Json::integer)
                            .toList());
            assertThat(SignedCapabilities.sign(capabilities.capabilities(), identity)
                            .signature())
                    .isEqualTo(party.at("capabilitiesSignature").bytes());
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void transcriptHashesAreThePublishedOnes(Json vector) {
        KeyInit keyInit = KeyInit.parse(vector.at("messages", "keyInit").bytes());
        KeyResp keyResp = KeyResp.parse(vector.at("messages", "keyResp").bytes());
        KeyConfirm keyConfirm =
                KeyConfirm.parse(vector.at("messages", "keyConfirm").bytes());
        Json expected = vector.at("transcript");

        Transcript transcript = Transcript.begin(initiatorContext(vector), Role.INITIATOR);
        assertThat(transcript.hash()).isEqualTo(expected.at("th0").bytes());
        assertThat(Transcript.begin(responderContext(vector), Role.RESPONDER).hash())
                .isEqualTo(expected.at("th0").bytes());
        assertThat(transcript.add(keyInit.unsignedPart()))
                .isEqualTo(expected.at("th1").bytes());
        assertThat(transcript.add(keyInit.signature()))
                .isEqualTo(expected.at("th1s").bytes());
        assertThat(transcript.add(keyResp.unboxedPart()))
                .isEqualTo(expected.at("th2").bytes());
        assertThat(transcript.add(keyResp.box())).isEqualTo(expected.at("th3").bytes());
        assertThat(transcript.add(keyConfirm.box()))
                .isEqualTo(expected.at("th4").bytes());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void everySecretOfTheKeyScheduleIsThePublishedOne(Json vector) {
        byte[] th2 = vector.at("transcript", "th2").bytes();
        byte[] th3 = vector.at("transcript", "th3").bytes();
        byte[] th4 = vector.at("transcript", "th4").bytes();
        Json secrets = vector.at("secrets");
        byte[] salt = inviteSecret(vector);

        byte[] shared = new EphemeralKey(
                        new ScriptedRandom(vector.at("responder", "ephemeral").bytes()))
                .agree(vector.at("initiator", "ephemeralPublic").bytes());
        assertThat(shared).isEqualTo(secrets.at("shared").bytes());
        assertThat(Hkdf.extract(salt == null ? new byte[32] : salt, shared))
                .isEqualTo(secrets.at("prk").bytes());

        KeySchedule keys = new KeySchedule(aead(vector), salt, shared, th2);
        assertThat(keys.handshakeSecret(Role.INITIATOR))
                .isEqualTo(secrets.at("hsI").bytes());
        assertThat(keys.handshakeSecret(Role.RESPONDER))
                .isEqualTo(secrets.at("hsR").bytes());
        assertThat(keys.masterSecret()).isEqualTo(secrets.at("ms").bytes());
        assertThat(keys.applicationSecret(Role.INITIATOR, th3))
                .isEqualTo(secrets.at("apI2r").bytes());
        assertThat(keys.applicationSecret(Role.RESPONDER, th3))
                .isEqualTo(secrets.at("apR2i").bytes());
        assertThat(keys.exporterSecret(th3)).isEqualTo(secrets.at("exporter").bytes());
        assertThat(keys.resumptionSecret(th4)).isEqualTo(secrets.at("rms").bytes());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void boxesAndTheirFinishedValuesAreThePublishedOnes(Json vector) {
        byte[] th2 = vector.at("transcript", "th2").bytes();
        byte[] th3 = vector.at("transcript", "th3").bytes();
        KeyResp keyResp = KeyResp.parse(vector.at("messages", "keyResp").bytes());
        KeyConfirm keyConfirm =
                KeyConfirm.parse(vector.at("messages", "keyConfirm").bytes());
        KeySchedule keys = new KeySchedule(
                aead(vector),
                inviteSecret(vector),
                vector.at("secrets", "shared").bytes(),
                th2);

        KeyResp.Proof response = KeyResp.Proof.parse(keys.openBox(Role.RESPONDER, th2, keyResp.box()));
        byte[] responder = vector.at("responder", "id").bytes();
        assertThat(response.responder().bytes()).isEqualTo(responder);
        assertThat(response.finished()).isEqualTo(vector.at("boxes", "finR").bytes());
        assertThat(keys.finished(Role.RESPONDER, th2, responder, response.signature()))
                .isEqualTo(response.finished());

        KeyConfirm.Proof confirmation = KeyConfirm.Proof.parse(keys.openBox(Role.INITIATOR, th3, keyConfirm.box()));
        byte[] algorithm = {(byte) aead(vector).code()};
        assertThat(confirmation.algorithmCode()).isEqualTo(aead(vector).code());
        assertThat(confirmation.finished()).isEqualTo(vector.at("boxes", "finI").bytes());
        assertThat(keys.finished(Role.INITIATOR, th3, algorithm, confirmation.signature()))
                .isEqualTo(confirmation.finished());
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void bothRolesSendThePublishedDatagramsAndOpenTheOtherSides(Json vector) {
        ScriptedRandom initiatorRandom = new ScriptedRandom(
                vector.at("initiator", "ephemeral").bytes(),
                vector.at("introduction", "nonces", "keyInit").bytes(),
                vector.at("introduction", "nonces", "keyConfirm").bytes());
        ScriptedRandom responderRandom = new ScriptedRandom(
                vector.at("responder", "ephemeral").bytes(),
                vector.at("responder", "nonce").bytes(),
                vector.at("introduction", "nonces", "keyResp").bytes());
        Handshake initiator = Handshake.initiate(initiatorContext(vector), 0, initiatorRandom, 0);
        Handshake responder = Handshake.respond(responderContext(vector), new HandshakeLimits(), responderRandom);

        byte[] keyInit = transmitted(initiator.poll());
        assertThat(keyInit).isEqualTo(vector.at("datagrams", "keyInit").bytes());
        responder.handleFragment(ByteBuffer.wrap(keyInit), HandshakePair.ADDRESS, 0);
        byte[] keyResp = transmitted(responder.poll());
        assertThat(keyResp).isEqualTo(vector.at("datagrams", "keyResp").bytes());
        assertThat(responder.poll()).isInstanceOf(HandshakeOutput.MaySend.class);
        initiator.handleFragment(ByteBuffer.wrap(keyResp), HandshakePair.ADDRESS, 0);
        byte[] keyConfirm = transmitted(initiator.poll());
        assertThat(keyConfirm).isEqualTo(vector.at("datagrams", "keyConfirm").bytes());
        responder.handleFragment(ByteBuffer.wrap(keyConfirm), HandshakePair.ADDRESS, 0);
        byte[] ready = transmitted(responder.poll());
        assertThat(ready).isEqualTo(vector.at("ready", "datagram").bytes());
        assertThat(initiator.handlePayload(ByteBuffer.wrap(ready))).isNull();
        assertThat(initiator.nextTimeoutNanos()).isEqualTo(Deadlines.NEVER);

        SecureSession initiatorSession = established(initiator.poll());
        SecureSession responderSession = established(responder.poll());
        exchange(vector.at("fromInitiator").list(), initiatorSession, responder);
        exchange(vector.at("fromResponder").list(), responderSession, initiator);
        byte[] exported = vector.at("secrets", "exported").bytes();
        byte[] context = "some context".getBytes(StandardCharsets.US_ASCII);
        assertThat(initiatorSession.export("EXPERIMENTAL test", context, exported.length))
                .isEqualTo(exported);
        assertThat(responderSession.export("EXPERIMENTAL test", context, exported.length))
                .isEqualTo(exported);
        assertThat(initiatorSession.suite().code()).isEqualTo(vector.at("suite").integer());
    }

    private static void exchange(List<Json> payloads, SecureSession sender, Handshake receiver) {
        for (Json payload : payloads) {
            PayloadKind kind = PayloadKind.ofCode(payload.at("kind").integer());
            int innerType = payload.at("innerType").integer();
            int timestamp = payload.at("timestamp").integer();
            byte[] body = payload.at("body").bytes();
            ByteBuffer datagram = kind == PayloadKind.VOICE
                    ? sender.sealVoice(timestamp, innerType, body)
                    : sender.seal(kind, innerType, body);
            assertThat(HandshakePair.bytes(datagram))
                    .isEqualTo(payload.at("datagram").bytes());

            OpenedPayload opened = receiver.handlePayload(datagram);
            assertThat(opened.kind()).isEqualTo(kind);
            assertThat(opened.innerType()).isEqualTo(innerType);
            assertThat(opened.sequence()).isEqualTo(payload.at("sequence").number());
            assertThat(opened.timestamp()).isEqualTo(timestamp);
            assertThat(opened.bodyBytes()).isEqualTo(body);
        }
    }

    private static byte[] transmitted(HandshakeOutput output) {
        return HandshakePair.bytes(((HandshakeOutput.Transmit) output).datagram());
    }

    private static SecureSession established(HandshakeOutput output) {
        return ((HandshakeOutput.Established) output).session();
    }

    private static HandshakeContext initiatorContext(Json vector) {
        return context(vector, vector.at("initiator"), vector.at("responder"));
    }

    private static HandshakeContext responderContext(Json vector) {
        return context(vector, vector.at("responder"), vector.at("initiator"));
    }

    private static HandshakeContext context(Json vector, Json local, Json remote) {
        Identity identity = Identity.fromSeed(local.at("seed").bytes());
        HandshakeContext context =
                HandshakeContext.of(vector.at("session").bytes(), identity, introduction(local), introduction(remote));
        byte[] secret = inviteSecret(vector);
        return secret == null ? context : context.withInviteSecret(secret);
    }

    private static Introduction introduction(Json party) {
        return new Introduction(
                capabilities(party),
                party.at("rvNonce").bytes(),
                party.at("password").text(),
                party.at("index").integer());
    }

    private static SignedCapabilities capabilities(Json party) {
        return SignedCapabilities.verify(
                party.at("capabilities").bytes(),
                party.at("capabilitiesSignature").bytes(),
                PeerId.of(party.at("id").bytes()),
                TestParty.WALL_SECONDS);
    }

    private static byte[] inviteSecret(Json vector) {
        byte[] secret = vector.at("inviteSecret").bytes();
        return secret.length == 0 ? null : Arrays.copyOf(secret, secret.length);
    }

    private static AeadAlgorithm aead(Json vector) {
        return Suite.ofCode(vector.at("suite").integer()).aead();
    }
}
