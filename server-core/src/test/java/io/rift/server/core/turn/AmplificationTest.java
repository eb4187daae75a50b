package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.udp;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a forged source address can be made to receive: at most twice what was sent, in bytes of IP. */
class AmplificationTest {
    private static final TransportAddress IPV4 = TestServer.CLIENT;
    private static final TransportAddress IPV6 = TransportAddress.parse("[2001:db8::10]:5000");
    private static final String LONGEST_REALM = "r".repeat(Authenticator.MAX_REALM_BYTES);

    @Test
    @Requirement(
            rfc = 8656,
            section = "21.3.1",
            text = "A forged source address is not sent much more than it was forged with")
    void noResponseToAnUnprovenAddressIsLargerThanTwiceItsRequest() {
        for (String realm : List.of("r", "example.org", LONGEST_REALM)) {
            TurnServer server = server(realm);
            for (byte[] request : unprovenRequests(realm)) {
                for (TransportAddress client : List.of(IPV4, IPV6)) {
                    int headerBytes = client.ip().isIpv4() ? 28 : 48;
                    ByteBuffer response = respond(server, client, request);
                    if (response != null) {
                        assertThat(response.remaining() + headerBytes)
                                .as("%s to %s, realm %s", StunMessage.parse(response), client, realm)
                                .isLessThanOrEqualTo(2 * (request.length + headerBytes));
                    }
                }
            }
        }
    }

    @Test
    void theShortestAllocateOfARealClientIsChallengedWhateverTheRealm() {
        ByteBuffer response = respond(
                server(LONGEST_REALM), IPV4, udp(begin(TurnMethod.ALLOCATE)).encode());

        assertThat(StunMessage.parse(response).get(StunAttributes.REALM)).isEqualTo(LONGEST_REALM);
    }

    @Test
    void theReasonPhraseGoesFirstWhenRoomIsShort() {
        StunMessage roomy = StunMessage.parse(
                respond(server("r"), IPV6, udp(begin(TurnMethod.ALLOCATE)).encode()));
        StunMessage tight = StunMessage.parse(
                respond(server("r"), IPV4, udp(begin(TurnMethod.ALLOCATE)).encode()));

        assertThat(roomy.get(StunAttributes.ERROR_CODE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(tight.get(StunAttributes.ERROR_CODE)).isEqualTo(new ErrorCode(401, ""));
    }

    @Test
    void whatThenStillDoesNotFitIsDropped() {
        TurnServer server = server(LONGEST_REALM);

        assertThat(respond(server, IPV4, begin(TurnMethod.ALLOCATE).encode())).isNull();
        assertThat(server.counters().drops(DropReason.AMPLIFICATION)).isEqualTo(1);
        assertThat(server.counters().allocateResults(401)).isZero();
    }

    private static List<byte[]> unprovenRequests(String realm) {
        byte[] key = new byte[16];
        List<byte[]> requests = new ArrayList<>();
        for (int method : new int[] {StunMethod.BINDING, TurnMethod.ALLOCATE, TurnMethod.CHANNEL_BIND}) {
            requests.add(begin(method).encode());
            requests.add(begin(method).encodeWithFingerprint());
            requests.add(udp(begin(method)).encode());
            requests.add(begin(method).encodeWithIntegrity(key));
            requests.add(begin(method).add(StunAttributes.PRIORITY, 1L).encode());
            requests.add(begin(method)
                    .add(StunAttributes.USERNAME, "u")
                    .add(StunAttributes.REALM, realm)
                    .add(StunAttributes.NONCE, new byte[0])
                    .encodeWithIntegrityAndFingerprint(key));
            requests.add(begin(method).sign(MessageIntegrity.SHA256, key).encodeWithFingerprint());
            requests.add(manyUnknownAttributes(method));
        }
        return requests;
    }

    private static byte[] manyUnknownAttributes(int method) {
        byte[] header = StunEncoder.of(MessageClass.REQUEST, method, new TransactionId(1, 2))
                .encode();
        ByteBuffer request =
                ByteBuffer.allocate(20 + 4 * StunMessage.MAX_ATTRIBUTES).put(header);
        for (int type = 0x7000; request.hasRemaining(); type++) {
            request.putShort((short) type).putShort((short) 0);
        }
        return request.putShort(2, (short) (request.capacity() - 20)).array();
    }

    private static ByteBuffer respond(TurnServer server, TransportAddress client, byte[] request) {
        server.handleClientMessage(client, TestServer.LOCAL, ByteBuffer.wrap(request), 0, 1_800_000_000);
        return server.poll() instanceof TurnCommand.SendToClient send ? send.datagram() : null;
    }

    private static TurnServer server(String realm) {
        Authenticator authenticator =
                new Authenticator(realm, Map.of(), SharedSecrets.none(), new Nonces(List.of(new byte[32]), 600));
        TurnServerConfig config = TurnServerConfig.builder().software("Rift").build();
        return new TurnServer(config, authenticator, PeerPolicy.builtIn(), new TestServer(), new SplittableRandom(1));
    }
}
