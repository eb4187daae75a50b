package io.rift.protocol.rendezvous;

import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One good message of each type, made of counting octets. */
final class Samples {
    static final PeerId ALICE = PeerId.of(filled(32, 0xA1));
    static final PeerId BOB = PeerId.of(filled(32, 0xB0));
    static final SessionId SESSION = new SessionId(octets(32, 0x5E));

    private Samples() {}

    static Octets octets(int length, int fill) {
        return Octets.of(filled(length, fill));
    }

    static PeerParameters parameters() {
        return new PeerParameters(
                octets(16, 1),
                "uFr+",
                "0123456789abcdefghij/+",
                0xFFFF_FFFFL,
                octets(20, 2),
                octets(64, 3),
                NatKind.ENDPOINT_INDEPENDENT);
    }

    static List<IceCandidate> candidates() {
        return List.of(
                new IceCandidate(
                        "1", CandidateType.HOST, 2_130_706_431, TransportAddress.parse("[2001:db8::1]:5000"), null),
                new IceCandidate(
                        "2",
                        CandidateType.SRFLX,
                        1_694_498_815,
                        TransportAddress.parse("192.0.2.1:40000"),
                        TransportAddress.parse("10.0.0.2:5000")));
    }

    static IceCandidates offer() {
        return new IceCandidates(SESSION, parameters(), candidates(), false);
    }

    static List<TurnAccess> turnServers() {
        return List.of(new TurnAccess(
                TransportAddress.parse("192.0.2.9:3478"), "1700000000:" + ALICE, "aGVsbG8gd29ybGQ=", 3600));
    }

    /** By the type on the wire. */
    static Map<String, FromClient> fromClient() {
        return Map.of(
                "authenticate", new Authenticate(ALICE, "rift.example:8080", octets(32, 4), octets(64, 5)),
                "refresh-credentials", new RefreshCredentials(),
                "connect", new Connect(BOB, offer()),
                "ice-candidates", new IceCandidates(SESSION, null, List.of(), true),
                "refuse", new Refuse(SESSION, RefuseReason.BUSY),
                "end", new End(SESSION),
                "report",
                        new Report(SESSION, ConnectionPath.SRFLX, NatKind.ENDPOINT_INDEPENDENT, NatKind.UNKNOWN, 123));
    }

    /** By the type on the wire. */
    static Map<String, FromServer> fromServer() {
        return Map.of(
                "challenge", new Challenge(octets(32, 6)),
                "welcome",
                        new Welcome(
                                ALICE,
                                List.of(
                                        TransportAddress.parse("192.0.2.9:3478"),
                                        TransportAddress.parse("192.0.2.9:3479")),
                                turnServers(),
                                16_384,
                                20),
                "credentials", new Credentials(turnServers()),
                "incoming", new Incoming(ALICE, offer()),
                "ice-candidates", new IceCandidates(SESSION, parameters(), candidates(), true),
                "end", new End(SESSION),
                "error", new ErrorMessage(RendezvousErrorCode.PEER_OFFLINE, "the peer is not signed in", SESSION));
    }

    private static byte[] filled(int length, int fill) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }
}
