package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.ipv4;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8656 sections 9 and 10.2. */
class CreatePermissionTest {
    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).withAllocation();

    @Test
    @Requirement(rfc = 8656, section = "9", text = "A permission is for an address, whatever the port")
    void aPermissionCoversEveryPortOfAnAddressAndNoOtherAddress() {
        assertSuccess(client.createPermission(PEER));

        assertThat(arrivesFrom(PEER)).isTrue();
        assertThat(arrivesFrom(new TransportAddress(PEER.ip(), 1))).isTrue();
        assertThat(arrivesFrom(ipv4(21, PEER.port()))).isFalse();
        assertThat(shard.drops(DropReason.NO_PERMISSION)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "9", text = "A permission lasts 300 seconds unless refreshed")
    void aPermissionLasts300SecondsUnlessRefreshed() {
        assertSuccess(client.createPermission(PEER));
        shard.advanceSeconds(299);
        assertThat(arrivesFrom(PEER)).isTrue();
        assertSuccess(client.createPermission(PEER));
        shard.advanceSeconds(299);
        assertThat(arrivesFrom(PEER)).isTrue();
        shard.advanceSeconds(1);

        assertThat(arrivesFrom(PEER)).isFalse();
        assertThat(shard.server.counters().permissions()).isZero();
    }

    @Test
    @Requirement(rfc = 8656, section = "9", text = "Data does not refresh a permission")
    void dataDoesNotRefreshAPermission() {
        assertSuccess(client.createPermission(PEER));
        for (int i = 0; i < 5; i++) {
            shard.advanceSeconds(60);
            shard.receive(client.address, TestClient.sendIndication(PEER, "x"));
            arrivesFrom(PEER);
        }

        assertThat(arrivesFrom(PEER)).isFalse();
    }

    @Test
    @Requirement(rfc = 8656, section = "10.2", text = "One request installs several permissions")
    void oneRequestCanInstallSeveralPermissions() {
        assertSuccess(client.createPermission(ipv4(1, 0), ipv4(2, 9), ipv4(3, 9), ipv4(3, 10)));

        assertThat(shard.server.counters().permissions()).isEqualTo(3);
        for (int i = 1; i <= 3; i++) {
            assertThat(arrivesFrom(ipv4(i, 7))).isTrue();
        }
    }

    /** Clients there are that refresh whatever they have with one request. */
    @Test
    @Requirement(rfc = 8656, section = "10.2", text = "One request installs several permissions")
    void oneRequestCanInstallAndRefreshAllThePermissionsOfAnAllocation() {
        int bound = TurnServerConfig.defaults().limits().permissions().perAllocation();
        TransportAddress[] peers = IntStream.range(0, bound)
                .mapToObj(i -> TransportAddress.parse("9.9." + i + ".1:7"))
                .toArray(TransportAddress[]::new);
        client.signsWithSha256 = true; // two attributes more
        assertSuccess(client.createPermission(peers));
        shard.advanceSeconds(299);
        assertSuccess(client.createPermission(peers));
        shard.advanceSeconds(299);

        assertThat(shard.server.counters().permissions()).isEqualTo(bound);
        assertThat(arrivesFrom(peers[bound - 1])).isTrue();
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "10.2",
            text = "A CreatePermission request without a good XOR-PEER-ADDRESS is answered 400")
    void withoutAnAddressItIs400() {
        assertError(client.createPermission(), ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "10.2",
            text = "A CreatePermission request without a good XOR-PEER-ADDRESS is answered 400")
    void oneMalformedAddressAmongGoodOnesIs400AndInstallsNothing() {
        StunAttribute<byte[]> malformed =
                StunAttribute.opaque(TurnAttributes.XOR_PEER_ADDRESS.type(), "XOR-PEER-ADDRESS", length -> true);

        assertError(
                client.request(begin(TurnMethod.CREATE_PERMISSION)
                        .add(TurnAttributes.XOR_PEER_ADDRESS, PEER)
                        .add(malformed, new byte[5])),
                ErrorCode.BAD_REQUEST);
        assertThat(shard.server.counters().permissions()).isZero();
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "10.2",
            text = "A peer of another family than the relayed address is answered 443")
    void anIpv6PeerIs443EvenIfItIsAnIpv4AddressInDisguise() {
        for (String peer : new String[] {"[2606:4700::1]:1", "[::ffff:198.51.100.20]:1"}) {
            assertError(
                    client.createPermission(PEER, TransportAddress.parse(peer)),
                    ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
        }
        assertThat(shard.server.counters().permissions()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0.0.0.0",
                "10.0.0.1",
                "169.254.169.254",
                "192.168.1.1",
                "224.0.0.1",
                "255.255.255.255",
                "198.51.100.66"
            })
    @Requirement(rfc = 8656, section = "10.2", text = "A peer that the server forbids is answered 403")
    void aRefusedPeerIs403AndNothingIsInstalled(String peer) {
        assertError(client.createPermission(PEER, TransportAddress.parse(peer + ":5000")), ErrorCode.FORBIDDEN);
        assertThat(shard.server.counters().permissions()).isZero();
    }

    @Test
    @Requirement(rfc = 8656, section = "10.2", text = "A permission that the server has no room for is answered 508")
    void permissionsBeyondTheBoundAre508AndThoseThereCanBeRefreshed() {
        TestServer small = new TestServer(TurnServerConfig.builder().maxPermissionsPerAllocation(2));
        TestClient alice = TestClient.alice(small).withAllocation();
        assertSuccess(alice.createPermission(ipv4(1, 0)));

        assertError(alice.createPermission(ipv4(2, 0), ipv4(3, 0)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(small.server.counters().permissions()).isEqualTo(1);
        assertSuccess(alice.createPermission(ipv4(1, 0), ipv4(2, 0)));
        assertSuccess(alice.createPermission(ipv4(2, 0), ipv4(1, 0)));
        assertError(alice.bindChannel(0x4000, ipv4(3, 1)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertSuccess(alice.bindChannel(0x4000, ipv4(2, 1)));
    }

    @Test
    @Requirement(rfc = 8656, section = "5", text = "A request that needs an allocation and finds none is answered 437")
    @Requirement(rfc = 8656, section = "5", text = "A request for an allocation of other credentials is answered 441")
    void withoutAllocationItIs437AndForAnotherUser441() {
        TestClient stranger = TestClient.alice(shard, ipv4(1, 1));
        TestClient bob = new TestClient(shard, client.address, "bob", "also secret");

        assertError(stranger.createPermission(PEER), ErrorCode.ALLOCATION_MISMATCH);
        assertError(bob.createPermission(PEER), ErrorCode.WRONG_CREDENTIALS);
        assertThat(shard.server.counters().permissions()).isZero();
    }

    private boolean arrivesFrom(TransportAddress peer) {
        return shard.receiveFromPeer(shard.onlySocket(), peer, payload("x")) != null;
    }
}
