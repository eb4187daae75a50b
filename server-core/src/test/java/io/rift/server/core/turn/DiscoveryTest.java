package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.DiscoveryAttributes;
import io.rift.protocol.stun.DiscoveryAttributes.Change;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.server.core.discovery.DiscoveryAddresses;
import io.rift.server.core.quota.AnswerBudget;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5780 section 6, on a server behind a 1:1 NAT, so that what is bound and what clients see cannot be mixed up. */
class DiscoveryTest {
    private static final int P1 = 3478;
    private static final int P2 = 3479;
    private static final IpAddress A1 = TestServer.OWN;
    private static final IpAddress A2 = IpAddress.parse("203.0.113.2");
    private static final IpAddress A1_OUTSIDE = IpAddress.parse("192.0.2.101");
    private static final IpAddress A2_OUTSIDE = IpAddress.parse("192.0.2.102");
    private static final TransportAddress CLIENT = TestServer.CLIENT;

    private final TestServer shard =
            new TestServer(TurnServerConfig.builder().answerBudget(new AnswerBudget.Limits(1 << 30, 1 << 30)));
    private final TestClient client = TestClient.alice(shard);

    @BeforeEach
    void discover() {
        shard.server.discover(new DiscoveryAddresses(
                new DiscoveryAddresses.Host(A1, A1_OUTSIDE), new DiscoveryAddresses.Host(A2, A2_OUTSIDE), P1, P2));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, false, false, 1, 1",
        "1, 1, true,  false, 2, 1",
        "1, 1, false, true,  1, 2",
        "1, 1, true,  true,  2, 2",
        "2, 1, false, false, 2, 1",
        "2, 1, true,  true,  1, 2",
        "1, 2, true,  false, 2, 2",
        "2, 2, false, true,  2, 1",
        "2, 2, true,  true,  1, 1",
    })
    @Requirement(
            rfc = 5780,
            section = "6.1",
            text =
                    "A Binding response comes from the address and port that CHANGE-REQUEST asks for, and names its origin and the other address")
    void theResponseComesFromWhereChangeRequestSays(
            int atIp, int atPort, boolean changeIp, boolean changePort, int fromIp, int fromPort) {
        StunEncoder request =
                begin(StunMethod.BINDING).add(DiscoveryAttributes.CHANGE_REQUEST, new Change(changeIp, changePort));

        TestServer.Sent sent = exchange(CLIENT, bound(atIp, atPort), request.encode());

        StunMessage response = StunMessage.parse(sent.datagram());
        assertSuccess(response);
        assertThat(sent.local()).isEqualTo(udp(bound(fromIp, fromPort)));
        assertThat(sent.client()).isEqualTo(CLIENT);
        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS)).isEqualTo(CLIENT);
        assertThat(response.get(StunAttributes.MAPPED_ADDRESS)).isEqualTo(CLIENT);
        assertThat(response.get(DiscoveryAttributes.RESPONSE_ORIGIN)).isEqualTo(outside(fromIp, fromPort));
        assertThat(response.get(DiscoveryAttributes.OTHER_ADDRESS)).isEqualTo(outside(3 - atIp, 3 - atPort));
    }

    @Test
    @Requirement(
            rfc = 5780,
            section = "6.1",
            text = "A Binding response has MAPPED-ADDRESS, XOR-MAPPED-ADDRESS, RESPONSE-ORIGIN and OTHER-ADDRESS")
    void evenARequestWithoutAnyAttributeIsToldAllFourAddresses() {
        StunMessage response =
                response(CLIENT, bound(1, 1), begin(StunMethod.BINDING).encode());

        assertThat(response.has(StunAttributes.MAPPED_ADDRESS)).isTrue();
        assertThat(response.has(StunAttributes.XOR_MAPPED_ADDRESS)).isTrue();
        assertThat(response.has(DiscoveryAttributes.RESPONSE_ORIGIN)).isTrue();
        assertThat(response.has(DiscoveryAttributes.OTHER_ADDRESS)).isTrue();
    }

    @Test
    @Requirement(
            rfc = 5780,
            section = "6.1",
            text = "CHANGE-REQUEST is answered with 420 where there is no alternate address and port")
    void withoutDiscoveryItsAttributesAreUnknown() {
        TestServer plain = new TestServer();
        for (byte[] request : allKinds()) {
            StunMessage response = TestClient.alice(plain).exchange(request);
            assertError(response, ErrorCode.UNKNOWN_ATTRIBUTE);
        }
        StunMessage response =
                TestClient.alice(plain).exchange(begin(StunMethod.BINDING).encode());
        assertThat(response.has(DiscoveryAttributes.OTHER_ADDRESS)).isFalse();
    }

    @Test
    @Requirement(
            rfc = 5780,
            section = "6.1",
            text = "CHANGE-REQUEST is answered with 420 where there is no alternate address and port")
    void atAnAddressOutsideTheFourTheyAreUnknownToo() {
        TransportAddress elsewhere = TransportAddress.parse("203.0.113.3:3478");
        for (byte[] request : allKinds()) {
            assertError(response(CLIENT, elsewhere, request), ErrorCode.UNKNOWN_ATTRIBUTE);
        }
        assertThat(response(CLIENT, elsewhere, begin(StunMethod.BINDING).encode())
                        .has(DiscoveryAttributes.OTHER_ADDRESS))
                .isFalse();
    }

    @Test
    void onAStreamTheyAreUnknownToo() {
        ServerAddress tcp = new ServerAddress(ClientTransport.TCP, bound(1, 1));
        for (byte[] request : allKinds()) {
            shard.server.handleClientMessage(
                    CLIENT, tcp, ByteBuffer.wrap(request), shard.nowNanos(), shard.wallSeconds());
            assertThat(shard.server.poll())
                    .isInstanceOfSatisfying(
                            TurnCommand.SendToClient.class,
                            send -> assertError(StunMessage.parse(send.datagram()), ErrorCode.UNKNOWN_ATTRIBUTE));
        }
    }

    @Test
    void responsePortIsRefusedToAnAddressThatIsNotProven() {
        StunEncoder request = begin(StunMethod.BINDING).add(DiscoveryAttributes.RESPONSE_PORT, 7777);

        TestServer.Sent sent = exchange(CLIENT, bound(1, 1), request.encode());

        assertThat(sent.client()).as("not reflected").isEqualTo(CLIENT);
        assertThat(StunMessage.parse(sent.datagram())
                        .get(StunAttributes.ERROR_CODE)
                        .code())
                .isEqualTo(401);
    }

    @Test
    @Requirement(
            rfc = 5780,
            section = "6.1",
            text = "The response goes to the port in RESPONSE-PORT at the address that the request came from")
    void responsePortIsHonouredForAProvenAddress() {
        TestServer.Sent sent = exchange(
                CLIENT,
                bound(1, 1),
                client.sign(begin(StunMethod.BINDING).add(DiscoveryAttributes.RESPONSE_PORT, 7777)));

        StunMessage response = StunMessage.parse(sent.datagram());
        assertSuccess(response);
        assertThat(sent.client()).isEqualTo(new TransportAddress(CLIENT.ip(), 7777));
        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS)).isEqualTo(CLIENT);
        assertThat(response.hasMessageIntegrity()).isTrue();
    }

    @Test
    void aNonceOfAnotherAddressProvesNothing() {
        byte[] request = client.sign(begin(StunMethod.BINDING).add(DiscoveryAttributes.RESPONSE_PORT, 7777));
        TransportAddress victim = TransportAddress.parse("192.0.2.66:5000");

        TestServer.Sent sent = exchange(victim, bound(1, 1), request);

        assertThat(sent.client()).isEqualTo(victim);
        assertThat(StunMessage.parse(sent.datagram())
                        .get(StunAttributes.ERROR_CODE)
                        .code())
                .isEqualTo(438);
    }

    @Test
    @Requirement(rfc = 5780, section = "6.1", text = "A request with PADDING is answered with PADDING")
    void paddingIsAnsweredWithPadding() {
        StunMessage response = response(
                CLIENT,
                bound(1, 1),
                begin(StunMethod.BINDING).add(DiscoveryAttributes.PADDING, 1500).encode());

        assertThat(response.get(DiscoveryAttributes.PADDING)).isEqualTo(1500);
    }

    @Test
    @Requirement(rfc = 5780, section = "6.1", text = "PADDING together with RESPONSE-PORT is answered with 400")
    void paddingWithResponsePortIsABadRequest() {
        byte[] request = client.sign(begin(StunMethod.BINDING)
                .add(DiscoveryAttributes.RESPONSE_PORT, 7777)
                .add(DiscoveryAttributes.PADDING, 100));

        TestServer.Sent sent = exchange(CLIENT, bound(1, 1), request);

        assertError(StunMessage.parse(sent.datagram()), ErrorCode.BAD_REQUEST);
        assertThat(sent.client()).isEqualTo(CLIENT);
    }

    @Test
    void malformedAttributesAreABadRequest() {
        StunAttribute<Integer> shortChange =
                StunAttribute.of(0x0003, "CHANGE-REQUEST", (value, id) -> 0, (out, value, id) -> out.put((byte) 0));
        assertError(
                response(
                        CLIENT,
                        bound(1, 1),
                        begin(StunMethod.BINDING).add(shortChange, 0).encode()),
                ErrorCode.BAD_REQUEST);
        assertError(
                response(
                        CLIENT,
                        bound(1, 1),
                        client.sign(begin(StunMethod.BINDING).add(DiscoveryAttributes.RESPONSE_PORT, 0))),
                ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.10:5000", "[2001:db8::10]:5000"})
    void nothingThatAnUnprovenAddressGetsIsMoreThanTwiceItsRequest(TransportAddress victim) {
        int headerBytes = victim.ip().isIpv4() ? 28 : 48;
        if (!victim.ip().isIpv4()) {
            shard.server.discover(new DiscoveryAddresses(
                    host(IpAddress.parse("2001:db8::1")), host(IpAddress.parse("2001:db8::2")), P1, P2));
        }
        TransportAddress local = new TransportAddress(victim.ip().isIpv4() ? A1 : IpAddress.parse("2001:db8::1"), P1);
        for (int padding = 0; padding <= 1600; padding += 4) {
            for (byte[] request : List.of(
                    begin(StunMethod.BINDING).encode(),
                    begin(StunMethod.BINDING).encodeWithFingerprint(),
                    begin(StunMethod.BINDING)
                            .add(DiscoveryAttributes.PADDING, padding)
                            .encode(),
                    begin(StunMethod.BINDING)
                            .add(DiscoveryAttributes.PADDING, padding)
                            .add(DiscoveryAttributes.CHANGE_REQUEST, new Change(true, true))
                            .encodeWithFingerprint())) {
                TestServer.Sent sent = exchange(victim, local, request);
                assertThat(sent.client()).isEqualTo(victim);
                assertThat(sent.datagram().remaining() + headerBytes)
                        .isLessThanOrEqualTo(2 * (request.length + headerBytes));
                assertThat(StunMessage.parse(sent.datagram()).has(DiscoveryAttributes.OTHER_ADDRESS))
                        .isTrue();
            }
        }
    }

    @Test
    void answersFromAnyAddressDrawOnTheBudgetForUnprovenAddresses() {
        TestServer tight =
                new TestServer(TurnServerConfig.builder().answerBudget(new AnswerBudget.Limits(3_000, 1_000_000)));
        tight.server.discover(new DiscoveryAddresses(host(A1), host(A2), P1, P2));
        byte[] request = begin(StunMethod.BINDING)
                .add(DiscoveryAttributes.CHANGE_REQUEST, new Change(true, true))
                .add(DiscoveryAttributes.PADDING, 1400)
                .encode();

        for (int i = 0; i < 20; i++) {
            tight.receive(CLIENT, udp(bound(1 + i % 2, 1 + i / 2 % 2)), ByteBuffer.wrap(request));
        }

        int sentBytes = tight.sent.stream()
                .mapToInt(sent -> sent.datagram().remaining() + 28)
                .sum();
        assertThat(sentBytes).isBetween(1, 6_000);
        assertThat(tight.drops(DropReason.ANSWER_BUDGET)).isEqualTo(20 - tight.sent.size());
    }

    private static List<byte[]> allKinds() {
        return List.of(
                begin(StunMethod.BINDING)
                        .add(DiscoveryAttributes.CHANGE_REQUEST, new Change(true, false))
                        .encode(),
                begin(StunMethod.BINDING)
                        .add(DiscoveryAttributes.RESPONSE_PORT, 7777)
                        .encode(),
                begin(StunMethod.BINDING).add(DiscoveryAttributes.PADDING, 100).encode());
    }

    private StunMessage response(TransportAddress from, TransportAddress local, byte[] request) {
        return StunMessage.parse(exchange(from, local, request).datagram());
    }

    private TestServer.Sent exchange(TransportAddress from, TransportAddress local, byte[] request) {
        int before = shard.sent.size();
        shard.receive(from, udp(local), ByteBuffer.wrap(request));
        assertThat(shard.sent).hasSize(before + 1);
        return shard.sent.getLast();
    }

    private static DiscoveryAddresses.Host host(IpAddress ip) {
        return new DiscoveryAddresses.Host(ip, ip);
    }

    private static TransportAddress bound(int ip, int port) {
        return new TransportAddress(ip == 1 ? A1 : A2, port == 1 ? P1 : P2);
    }

    private static TransportAddress outside(int ip, int port) {
        return new TransportAddress(ip == 1 ? A1_OUTSIDE : A2_OUTSIDE, port == 1 ? P1 : P2);
    }

    private static ServerAddress udp(TransportAddress address) {
        return new ServerAddress(ClientTransport.UDP, address);
    }
}
