package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.relayed;
import static io.rift.server.core.turn.TestServer.BOTH_FAMILIES;
import static io.rift.server.core.turn.TestServer.IPV6_PEER;
import static io.rift.server.core.turn.TestServer.OWN_IPV6;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress.Family;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Allocations with a relayed transport address of IPv6 alone. */
class Ipv6RelayTest {
    private static final int CHANNEL = 0x4000;

    private final TestServer shard = new TestServer(TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES));
    private final TestClient client = TestClient.alice(shard);

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "REQUESTED-ADDRESS-FAMILY chooses the family of the relayed address")
    void anIpv6RelayIsGivenToWhoeverAsksForIt() {
        StunMessage response = allocateIpv6(client);

        assertSuccess(response);
        assertThat(relayed(response))
                .isEqualTo(new TransportAddress(OWN_IPV6, shard.onlySocket().port()));
        assertThat(shard.onlySocket().family()).isEqualTo(Family.IPV6);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "Without REQUESTED-ADDRESS-FAMILY the relayed address is of IPv4, or the answer 440")
    void whoeverAsksForNoFamilyGetsIpv4EvenOverIpv6() {
        TestClient overIpv6 = TestClient.alice(shard, TransportAddress.parse("[2001:db8:9::1]:5000"));

        assertSuccess(overIpv6.allocate());
        assertThat(shard.onlySocket().family()).isEqualTo(Family.IPV4);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "7.2",
            text = "Without REQUESTED-ADDRESS-FAMILY the relayed address is of IPv4, or the answer 440")
    void onAServerOfIpv6AloneAnIpv4RelayIs440() {
        TestServer ipv6 = new TestServer(TurnServerConfig.builder().relayFamilies(Set.of(Family.IPV6)));
        TestClient alice = TestClient.alice(ipv6);

        assertError(alice.allocate(), ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
        assertError(
                alice.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 1)),
                ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
        assertSuccess(allocateIpv6(alice));
    }

    @Test
    void aPortOfIpv4IsNoPortOfIpv6() {
        TestServer small = new TestServer(
                TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES).relayPorts(new PortRange(50_000, 50_000)));

        assertSuccess(TestClient.alice(small).allocate());
        assertSuccess(allocateIpv6(TestClient.alice(small, TestClient.ipv4(1, 1))));
        assertError(allocateIpv6(TestClient.alice(small, TestClient.ipv4(2, 1))), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "EVEN-PORT with R reserves the next port for a token")
    void aReservedPortOfIpv6IsOfIpv6() {
        StunMessage first = client.allocate(encoder ->
                encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2).add(TurnAttributes.EVEN_PORT, true));
        TestClient rtcp = TestClient.alice(shard, TestClient.ipv4(1, 1));
        StunMessage second = rtcp.allocate(
                encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, first.get(TurnAttributes.RESERVATION_TOKEN)));

        assertSuccess(second);
        assertThat(relayed(second))
                .isEqualTo(new TransportAddress(OWN_IPV6, relayed(first).port() + 1));
        assertSuccess(rtcp.createPermission(IPV6_PEER));
        assertError(rtcp.createPermission(PEER), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
    }

    @Test
    void aReservationOnAServerOfIpv6AloneNeedsNoFamily() {
        TestServer ipv6 = new TestServer(TurnServerConfig.builder().relayFamilies(Set.of(Family.IPV6)));
        StunMessage first = TestClient.alice(ipv6)
                .allocate(encoder ->
                        encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2).add(TurnAttributes.EVEN_PORT, true));

        assertSuccess(TestClient.alice(ipv6, TestClient.ipv4(1, 1))
                .allocate(encoder ->
                        encoder.add(TurnAttributes.RESERVATION_TOKEN, first.get(TurnAttributes.RESERVATION_TOKEN))));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "10.2",
            text = "A peer of another family than the relayed address is answered 443")
    void anIpv4PeerIs443() {
        allocateIpv6(client);

        assertError(client.createPermission(PEER), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertError(client.createPermission(IPV6_PEER, PEER), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertError(client.bindChannel(CHANNEL, PEER), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, "x")))
                .isNull();
        assertThat(shard.drops(DropReason.NO_PERMISSION)).isEqualTo(1);
        assertThat(shard.server.counters().permissions()).isZero();
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "8.2",
            text = "A REQUESTED-ADDRESS-FAMILY that is not the allocation's is answered 443")
    void aRefreshOfIpv4Is443() {
        allocateIpv6(client);

        assertError(
                client.request(begin(TurnMethod.REFRESH).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 1)),
                ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        assertSuccess(client.request(begin(TurnMethod.REFRESH).add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2)));
    }

    @Test
    void dataGoesBothWays() {
        allocateIpv6(client);
        assertSuccess(client.createPermission(IPV6_PEER));
        RelaySocket socket = shard.onlySocket();

        assertThat(shard.receive(client.address, TestClient.sendIndication(IPV6_PEER, "to"))
                        .peer())
                .isEqualTo(IPV6_PEER);
        ByteBuffer indication = payload("fro");
        assertThat(shard.receiveFromPeer(socket, IPV6_PEER, indication)).isNotNull();
        StunMessage data = StunMessage.parse(indication);
        assertThat(data.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(IPV6_PEER);
        assertSuccess(client.bindChannel(CHANNEL, IPV6_PEER));
        assertThat(client.sendChannelData(CHANNEL, "to").peer()).isEqualTo(IPV6_PEER);
        ByteBuffer channelData = payload("fro");
        assertThat(shard.receiveFromPeer(socket, IPV6_PEER, channelData)).isNotNull();
        assertThat(channelData.getShort(channelData.position())).isEqualTo((short) CHANNEL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "fe80::1",
                "fc00::1",
                "ff02::1",
                "2001:db8::99",
                "100::1",
                "::ffff:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b:1::10.0.0.1",
                "2002:7f00:1::1",
                "2002:a00:1::1"
            })
    @Requirement(rfc = 8656, section = "10.2", text = "A peer that is not allowed is answered 403")
    void aSpecialPurposePeerIs403(String peer) {
        allocateIpv6(client);
        TransportAddress address = TransportAddress.parse("[" + peer + "]:80");

        assertError(client.createPermission(address), ErrorCode.FORBIDDEN);
        assertError(client.bindChannel(CHANNEL, address), ErrorCode.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:8.8.8.8",
                "::ffff:203.0.113.1",
                "64:ff9b::203.0.113.1",
                "64:ff9b:1::203.0.113.1",
                "64:ff9b:1:cb00:71:100::",
                "64:ff9b:1:cb:0:7101::",
                "64:ff9b:1:0:cb:71:100::",
                "64:ff9b:1:9:cb:71:101:909",
                "2002:cb00:7101::1",
                "2606:4700::5efe:203.0.113.1"
            })
    @Requirement(rfc = 8656, section = "21.2.2", text = "The server is no way to its own services")
    void anIpv4AddressInDisguiseIsNoWayAroundTheServersOwnAddresses(String peer) {
        PeerPolicy everything = PeerPolicy.of(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")), List.of());
        TestServer open = new TestServer(TurnServerConfig.builder().relayFamilies(BOTH_FAMILIES), everything);
        TestClient alice = TestClient.alice(open);
        allocateIpv6(alice);
        TransportAddress address = TransportAddress.parse("[" + peer + "]:22");

        assertError(alice.createPermission(address), ErrorCode.FORBIDDEN);
        assertError(alice.bindChannel(CHANNEL, address), ErrorCode.FORBIDDEN);
        assertSuccess(alice.bindChannel(CHANNEL, TransportAddress.parse("[64:ff9b::8.8.8.8]:22")));
    }

    @Test
    void theServersOwnIpv6AddressIsReachedWhereARelayLives() {
        allocateIpv6(client);
        TestClient other = TestClient.alice(shard, TestClient.ipv4(1, 1));
        TransportAddress otherRelayed = relayed(allocateIpv6(other));

        assertSuccess(client.bindChannel(CHANNEL, otherRelayed));
        assertError(client.bindChannel(CHANNEL + 1, new TransportAddress(OWN_IPV6, 22)), ErrorCode.FORBIDDEN);
    }

    private static StunMessage allocateIpv6(TestClient client) {
        return client.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, 2));
    }
}
