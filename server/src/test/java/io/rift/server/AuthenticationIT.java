package io.rift.server;

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
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of RFC 8489, and the settings about who is answered and how, over loopback. */
@Timeout(180)
class AuthenticationIT {
    private static final String USER = "hatter";
    private static final String PASSWORD = "ten-and-six";
    private static final String REALM = "turn.example.com";
    private static final byte[] KEY = StunKeys.longTermSha256(USER, REALM, PASSWORD);
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int QUIET_MILLIS = 500;

    private final List<RiftServer> servers = new ArrayList<>();
    private DatagramSocket socket;

    @BeforeEach
    void openSocket() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    @AfterEach
    void close() {
        socket.close();
        servers.forEach(RiftServer::close);
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2.4",
            text = "A response carries MESSAGE-INTEGRITY-SHA256, or MESSAGE-INTEGRITY if the key was made by MD5")
    void aClientOfRfc8489IsServed() throws IOException {
        RiftServer server = start();
        StunMessage challenge = exchange(server, bareAllocate());
        assertThat(challenge.get(StunAttributes.REALM)).isEqualTo(REALM);
        assertThat(challenge.get(StunAttributes.PASSWORD_ALGORITHMS)).containsExactly(PasswordAlgorithm.SHA_256);

        StunMessage response = exchange(server, signedAllocate(challenge, StunAttributes.USERNAME));

        assertThat(response.get(StunAttributes.ERROR_CODE)).isNull();
        assertThat(response.get(TurnAttributes.XOR_RELAYED_ADDRESS)).isNotNull();
        assertThat(response.verify(MessageIntegrity.SHA256, KEY)).isTrue();
    }

    /** Without being told to: then clients with time-limited names, which the rendezvous gives out here too, had to. */
    @Test
    @Requirement(rfc = 8489, section = "9.2.4", text = "A user may be named by USERHASH instead of USERNAME")
    void aClientMayHideItsName() throws IOException {
        RiftServer server = start();
        StunMessage challenge = exchange(server, bareAllocate());
        assertThat(new String(challenge.get(StunAttributes.NONCE), StandardCharsets.US_ASCII))
                .startsWith("obMatJos2gAAA");

        assertThat(exchange(server, signedAllocate(challenge, StunAttributes.USERHASH))
                        .get(StunAttributes.ERROR_CODE))
                .isNull();
    }

    @Test
    void aNonceIsGoodOnEveryNodeWithTheSecret() throws IOException {
        String secret = "--rift.turn.nonce-secrets=one-secret-of-all-our-nodes";
        RiftServer first = start(secret);
        RiftServer second = start(secret);
        RiftServer stranger = start();
        StunMessage challenge = exchange(first, bareAllocate());

        assertThat(exchange(second, signedAllocate(challenge, StunAttributes.USERNAME))
                        .get(StunAttributes.ERROR_CODE))
                .isNull();
        assertThat(exchange(stranger, signedAllocate(challenge, StunAttributes.USERNAME))
                        .get(StunAttributes.ERROR_CODE))
                .isEqualTo(ErrorCode.STALE_NONCE);
    }

    @Test
    void aServerThatIsDrainedSendsClientsElsewhere() throws IOException {
        RiftServer server =
                start("--rift.turn.alternate-servers=192.0.2.1:3479", "--rift.turn.alternate-domain=b.example.com");
        StunMessage challenge = exchange(server, bareAllocate());

        StunMessage response = exchange(server, signedAllocate(challenge, StunAttributes.USERNAME));

        assertThat(response.get(StunAttributes.ERROR_CODE)).isEqualTo(ErrorCode.TRY_ALTERNATE);
        assertThat(response.get(StunAttributes.ALTERNATE_SERVER)).isEqualTo(TransportAddress.parse("192.0.2.1:3479"));
        assertThat(response.get(StunAttributes.ALTERNATE_DOMAIN)).isEqualTo("b.example.com");
        assertThat(response.verify(MessageIntegrity.SHA256, KEY)).isTrue();
    }

    @Test
    void beyondItsBudgetANetworkIsNotAnswered() throws IOException {
        RiftServer server = start("--rift.turn.answer-budget-per-network=3KB");
        byte[] request = begin(StunMethod.BINDING).encode();
        for (int i = 0; i < 300; i++) {
            send(server, request);
        }

        int answers = 0;
        socket.setSoTimeout(QUIET_MILLIS);
        try {
            while (true) {
                receive();
                answers++;
            }
        } catch (SocketTimeoutException e) {
            // two seconds' worth at once are 102 answers of 60 bytes; some time passes meanwhile
            assertThat(answers).isBetween(20, 250);
        }
    }

    private RiftServer start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.realm=" + REALM,
                "--rift.turn.users." + USER + "=" + PASSWORD));
        arguments.addAll(List.of(more));
        RiftServer server = RiftServer.start(arguments.toArray(String[]::new));
        servers.add(server);
        return server;
    }

    private static StunEncoder begin(int method) {
        return StunEncoder.of(MessageClass.REQUEST, method, TransactionId.random(ThreadLocalRandom.current()));
    }

    private static byte[] bareAllocate() {
        return begin(TurnMethod.ALLOCATE)
                .add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP)
                .encode();
    }

    private static byte[] signedAllocate(StunMessage challenge, Object name) {
        StunEncoder request = begin(TurnMethod.ALLOCATE).add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP);
        if (name == StunAttributes.USERHASH) {
            request.add(StunAttributes.USERHASH, StunKeys.userhash(USER, REALM));
        } else {
            request.add(StunAttributes.USERNAME, USER);
        }
        return request.add(StunAttributes.REALM, REALM)
                .add(StunAttributes.NONCE, challenge.get(StunAttributes.NONCE))
                .add(StunAttributes.PASSWORD_ALGORITHMS, challenge.get(StunAttributes.PASSWORD_ALGORITHMS))
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256)
                .sign(MessageIntegrity.SHA256, KEY)
                .encode();
    }

    private StunMessage exchange(RiftServer server, byte[] request) throws IOException {
        send(server, request);
        return receive();
    }

    private void send(RiftServer server, byte[] request) throws IOException {
        InetSocketAddress to = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        socket.send(new DatagramPacket(request, request.length, to));
    }

    private StunMessage receive() throws IOException {
        byte[] bytes = new byte[2_000];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(bytes, 0, packet.getLength()));
        assertThat(message).isNotNull();
        return message;
    }
}
