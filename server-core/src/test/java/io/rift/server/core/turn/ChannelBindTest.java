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
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8656 section 12.2. */
class ChannelBindTest {
    private static final int CHANNEL = 0x4000;
    private static final TransportAddress OTHER_PEER = ipv4(21, 6000);

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).withAllocation();

    @Test
    @Requirement(rfc = 8656, section = "12", text = "A channel binding lasts 10 minutes unless refreshed")
    @Requirement(rfc = 8656, section = "12.2", text = "ChannelBind installs or refreshes a permission for the peer")
    void aBindingLasts600SecondsAndItsPermission300() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        assertSuccess(client.refresh(3600));
        shard.advanceSeconds(299);
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, payload("x")))
                .isNotNull();
        shard.advanceSeconds(1);
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, payload("x")))
                .isNull();
        shard.advanceSeconds(299);
        assertThat(client.sendChannelData(CHANNEL, "x")).isNotNull();
        shard.advanceSeconds(1);

        assertThat(client.sendChannelData(CHANNEL, "x")).isNull();
        assertThat(shard.drops(DropReason.NO_CHANNEL)).isEqualTo(1);
        assertThat(shard.server.counters().channels()).isZero();
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "ChannelBind installs or refreshes a permission for the peer")
    void bindingAgainRefreshesBindingAndPermission() {
        assertSuccess(client.refresh(3600));
        for (int i = 0; i < 4; i++) {
            client.fetchNonce();
            assertSuccess(client.bindChannel(CHANNEL, PEER));
            shard.advanceSeconds(299);
        }

        ByteBuffer buffer = payload("x");
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, buffer)).isNotNull();
        assertThat(ChannelData.number(buffer)).isEqualTo(CHANNEL);
        assertThat(shard.server.counters().channels()).isEqualTo(1);
        assertThat(shard.server.counters().permissions()).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "A channel that is bound to another peer is answered 400")
    void aChannelCannotMoveToAnotherPeer() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));

        assertError(client.bindChannel(CHANNEL, OTHER_PEER), ErrorCode.BAD_REQUEST);
        assertThat(client.sendChannelData(CHANNEL, "x").peer()).isEqualTo(PEER);
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "A peer that is bound to another channel is answered 400")
    void aPeerCannotHaveTwoChannels() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));

        assertError(client.bindChannel(CHANNEL + 1, PEER), ErrorCode.BAD_REQUEST);
        assertThat(client.sendChannelData(CHANNEL + 1, "x")).isNull();
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "A channel that is bound to another peer is answered 400")
    void twoBoundChannelsCannotSwapPeers() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        assertSuccess(client.bindChannel(CHANNEL + 1, OTHER_PEER));

        assertError(client.bindChannel(CHANNEL, OTHER_PEER), ErrorCode.BAD_REQUEST);
    }

    @Test
    void anotherPortOfTheSameAddressIsAnotherPeer() {
        TransportAddress otherPort = new TransportAddress(PEER.ip(), PEER.port() + 1);
        assertSuccess(client.bindChannel(CHANNEL, PEER));

        assertSuccess(client.bindChannel(CHANNEL + 1, otherPort));
        assertThat(client.sendChannelData(CHANNEL + 1, "x").peer()).isEqualTo(otherPort);
    }

    @Test
    @Requirement(rfc = 8656, section = "12", text = "A channel can be bound anew once it has expired")
    void anExpiredNumberCanBeBoundToAnotherPeer() {
        assertSuccess(client.refresh(3600));
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        shard.advanceSeconds(600);
        client.fetchNonce();

        assertSuccess(client.bindChannel(CHANNEL, OTHER_PEER));
        assertThat(client.sendChannelData(CHANNEL, "x").peer()).isEqualTo(OTHER_PEER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4000, 0x4FFF, 0x5000, 0x7FFF})
    void theNumbersOfRfc5766CanBeAllowed(int number) {
        TestServer lenient = new TestServer(
                TurnServerConfig.builder().highestChannelNumber(TurnServerConfig.RFC_5766_HIGHEST_CHANNEL));
        TestClient alice = TestClient.alice(lenient).withAllocation();
        assertSuccess(alice.bindChannel(number, PEER));

        assertThat(alice.sendChannelData(number, "x").peer()).isEqualTo(PEER);
        assertError(alice.bindChannel(0x8000, TestClient.ipv4(1, 1)), ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x3FFF, 0x5000, 0x7FFF, 0x8000, 0xFFFF})
    @Requirement(rfc = 8656, section = "12.2", text = "A channel number out of range is answered 400")
    void anyOtherNumberIs400(int number) {
        assertError(client.bindChannel(number, PEER), ErrorCode.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4000, 0x4FFF})
    @Requirement(rfc = 8656, section = "12", text = "Channel numbers are 0x4000 to 0x4FFF")
    void theFirstAndTheLastNumberCanBeBoundAndUsed(int number) {
        assertSuccess(client.bindChannel(number, PEER));

        assertThat(client.sendChannelData(number, "x").peer()).isEqualTo(PEER);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "12.2",
            text = "A ChannelBind request without CHANNEL-NUMBER or XOR-PEER-ADDRESS is answered 400")
    void aMissingNumberOrPeerIs400() {
        assertError(
                client.request(begin(TurnMethod.CHANNEL_BIND).add(TurnAttributes.CHANNEL_NUMBER, CHANNEL)),
                ErrorCode.BAD_REQUEST);
        assertError(
                client.request(begin(TurnMethod.CHANNEL_BIND).add(TurnAttributes.XOR_PEER_ADDRESS, PEER)),
                ErrorCode.BAD_REQUEST);
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "12.2",
            text = "A peer of another family than the relayed address is answered 443")
    void anIpv6PeerIs443() {
        assertError(
                client.bindChannel(CHANNEL, TransportAddress.parse("[2606:4700::1]:1")),
                ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "A peer that the server forbids is answered 403")
    void aRefusedPeerIs403AndGetsNoPermission() {
        assertError(client.bindChannel(CHANNEL, TestServer.DENIED_PEER), ErrorCode.FORBIDDEN);
        assertError(client.bindChannel(CHANNEL, TransportAddress.parse("10.0.0.1:1")), ErrorCode.FORBIDDEN);
        assertError(client.bindChannel(CHANNEL, ipv4(20, 0)), ErrorCode.FORBIDDEN);
        assertThat(shard.server.counters().permissions()).isZero();
        assertThat(shard.server.counters().channels()).isZero();
    }

    @Test
    @Requirement(rfc = 8656, section = "12.2", text = "A binding that the server has no room for is answered 508")
    void channelsBeyondTheBoundAre508AndThoseThereCanBeRefreshed() {
        TestServer small = new TestServer(TurnServerConfig.builder().maxChannelsPerAllocation(2));
        TestClient alice = TestClient.alice(small).withAllocation();
        assertSuccess(alice.bindChannel(CHANNEL, ipv4(1, 1)));
        assertSuccess(alice.bindChannel(CHANNEL + 1, ipv4(2, 1)));

        assertError(alice.bindChannel(CHANNEL + 2, ipv4(3, 1)), ErrorCode.INSUFFICIENT_CAPACITY);
        assertSuccess(alice.bindChannel(CHANNEL, ipv4(1, 1)));
        assertThat(small.server.counters().permissions()).isEqualTo(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "5", text = "A request that needs an allocation and finds none is answered 437")
    @Requirement(rfc = 8656, section = "5", text = "A request for an allocation of other credentials is answered 441")
    void withoutAllocationItIs437AndForAnotherUser441() {
        TestClient stranger = TestClient.alice(shard, ipv4(1, 1));
        TestClient bob = new TestClient(shard, client.address, "bob", "also secret");

        assertError(stranger.bindChannel(CHANNEL, PEER), ErrorCode.ALLOCATION_MISMATCH);
        assertError(bob.bindChannel(CHANNEL, PEER), ErrorCode.WRONG_CREDENTIALS);
    }
}
