package io.rift.protocol.rendezvous;

import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromClient;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fields to messages; the mirror of {@link MessageWriter}. {@code null} is an unknown type. */
final class MessageReader {
    private static final long MAX_UNSIGNED_INT = 0xFFFF_FFFFL;

    private MessageReader() {}

    static @Nullable FromClient fromClient(JsonFields fields) {
        return switch (fields.text("type")) {
            case "authenticate" ->
                new Authenticate(
                        fields.peerId("peerId"),
                        fields.text("authority"),
                        fields.octets("clientNonce"),
                        fields.octets("signature"));
            case "refresh-credentials" -> new RefreshCredentials();
            case "connect" -> new Connect(fields.peerId("to"), iceCandidates(fields));
            case "ice-candidates" -> iceCandidates(fields);
            case "refuse" ->
                new Refuse(fields.session(), fields.oneOf("reason", RefuseReason.values(), RefuseReason::wireName));
            case "end" -> new End(fields.session());
            case "report" ->
                new Report(
                        fields.session(),
                        fields.oneOf("path", ConnectionPath.values(), ConnectionPath::wireName),
                        natKind(fields, "localNat"),
                        natKind(fields, "remoteNat"),
                        fields.unsignedInt("millis"));
            default -> null;
        };
    }

    static @Nullable FromServer fromServer(JsonFields fields) {
        return switch (fields.text("type")) {
            case "challenge" -> new Challenge(fields.octets("serverNonce"));
            case "welcome" ->
                new Welcome(
                        fields.peerId("peerId"),
                        fields.addresses("stunServers", RendezvousProtocol.MAX_STUN_SERVERS),
                        turnServers(fields),
                        fields.unsignedInt("maxMessageBytes"),
                        fields.unsignedInt("pingIntervalSeconds"));
            case "credentials" -> new Credentials(turnServers(fields));
            case "incoming" -> new Incoming(fields.peerId("from"), iceCandidates(fields));
            case "ice-candidates" -> iceCandidates(fields);
            case "end" -> new End(fields.session());
            case "error" ->
                new ErrorMessage(
                        errorCode(fields.text("code")),
                        fields.text("message"),
                        fields.has("session") ? fields.session() : null);
            default -> null;
        };
    }

    private static IceCandidates iceCandidates(JsonFields fields) {
        JsonFields parameters = fields.objectIfAny("parameters");
        return new IceCandidates(
                fields.session(),
                parameters == null ? null : peerParameters(parameters),
                fields.objects(
                        "candidates", RendezvousProtocol.MAX_CANDIDATES_PER_MESSAGE, MessageReader::iceCandidate),
                fields.flag("endOfCandidates"));
    }

    private static PeerParameters peerParameters(JsonFields fields) {
        return new PeerParameters(
                fields.octets("rendezvousNonce"),
                fields.text("ufrag"),
                fields.text("pwd"),
                fields.unsigned("rxIndex", MAX_UNSIGNED_INT),
                fields.octets("capabilities"),
                fields.octets("capabilitiesSignature"),
                natKind(fields, "natKind"));
    }

    private static IceCandidate iceCandidate(JsonFields fields) {
        return new IceCandidate(
                fields.text("foundation"),
                fields.oneOf("type", CandidateType.values(), CandidateType::wireName),
                fields.unsignedInt("priority"),
                fields.address("address"),
                fields.has("relatedAddress") ? fields.address("relatedAddress") : null);
    }

    private static List<TurnAccess> turnServers(JsonFields fields) {
        return fields.objects(
                "turnServers",
                RendezvousProtocol.MAX_TURN_SERVERS,
                server -> new TurnAccess(
                        server.address("address"),
                        server.text("username"),
                        server.text("password"),
                        server.unsignedInt("ttlSeconds")));
    }

    private static NatKind natKind(JsonFields fields, String name) {
        return fields.oneOf(name, NatKind.values(), NatKind::wireName);
    }

    /** A newer server may have codes that we do not know; the message still says that something was refused. */
    private static RendezvousErrorCode errorCode(String wireName) {
        for (RendezvousErrorCode code : RendezvousErrorCode.values()) {
            if (code.wireName().equals(wireName)) {
                return code;
            }
        }
        return RendezvousErrorCode.UNRECOGNISED;
    }
}
