package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.LOCAL;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static io.rift.server.core.turn.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Application data on its way: RFC 8656 sections 11 and 12. */
class RelayingTest {
    private static final int CHANNEL = 0x4000;

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).withAllocation();

    @Test
    @Requirement(
            rfc = 8656,
            section = "12.6",
            text = "ChannelData on a bound channel goes to its peer from the relayed address")
    void channelDataGoesFromTheRelaySocketToTheBoundPeer() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer datagram = TestClient.channelData(CHANNEL, "hello");

        Route route = client.sendChannelData(datagram);

        assertThat(route.peer()).isEqualTo(PEER);
        assertThat(route.relaySocket()).isSameAs(shard.onlySocket());
        assertThat(text(datagram)).isEqualTo("hello");
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "12.7",
            text = "Data from a peer with a channel reaches the client as ChannelData")
    void whatAPeerWithAChannelSendsArrivesAsChannelData() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer buffer = payload("hi");

        ClientPath path = shard.receiveFromPeer(shard.onlySocket(), PEER, buffer);

        assertThat(path.client()).isEqualTo(client.address);
        assertThat(path.local()).isEqualTo(LOCAL);
        assertThat(ChannelData.number(buffer)).isEqualTo(CHANNEL);
        assertThat(ChannelData.payloadLength(buffer)).isEqualTo(2);
        assertThat(buffer.remaining()).isEqualTo(ChannelData.HEADER_BYTES + 2);
        assertThat(text(buffer.position(buffer.position() + ChannelData.HEADER_BYTES)))
                .isEqualTo("hi");
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.2",
            text = "A Send indication to a permitted peer goes out from the relayed address")
    void aSendIndicationGoesToAPermittedPeerAtAnyPort() {
        assertSuccess(client.createPermission(PEER));
        TransportAddress otherPort = new TransportAddress(PEER.ip(), 7);
        ByteBuffer datagram = TestClient.sendIndication(otherPort, "hello");

        Route route = shard.receive(client.address, datagram);

        assertThat(route.peer()).isEqualTo(otherPort);
        assertThat(route.relaySocket()).isSameAs(shard.onlySocket());
        assertThat(text(datagram)).isEqualTo("hello");
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.3",
            text = "Data from a permitted peer without a channel reaches the client as a Data indication")
    void whatAPermittedPeerWithoutAChannelSendsArrivesAsADataIndication() {
        assertSuccess(client.createPermission(PEER));
        for (String text : new String[] {"", "1", "22", "333", "4444"}) {
            ByteBuffer buffer = payload(text);

            assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, buffer)).isNotNull();

            StunMessage indication = StunMessage.parse(buffer);
            assertThat(indication.is(MessageClass.INDICATION, TurnMethod.DATA)).isTrue();
            assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(PEER);
            assertThat(text(indication.get(TurnAttributes.DATA))).isEqualTo(text);
        }
    }

    /** By the core. The shell sends none to a socket, see the deviations in PROTOCOL.md. */
    @Test
    void anEmptyMessageIsRelayedBothWays() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer toPeer = TestClient.channelData(CHANNEL, "");
        ByteBuffer toClient = payload("");

        assertThat(client.sendChannelData(toPeer)).isNotNull();
        assertThat(toPeer.hasRemaining()).isFalse();
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, toClient)).isNotNull();
        assertThat(ChannelData.payloadLength(toClient)).isZero();
    }

    @Test
    @Requirement(rfc = 8656, section = "12.6", text = "Padding behind ChannelData is not relayed")
    void paddingBehindChannelDataIsCutOff() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer padded = ByteBuffer.allocate(8).putShort((short) CHANNEL).putShort((short) 1);
        padded.put((byte) 'x').rewind();

        assertThat(client.sendChannelData(padded)).isNotNull();
        assertThat(text(padded)).isEqualTo("x");
    }

    @Test
    void dataMayLieAnywhereInADirectBuffer() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer source = TestClient.channelData(CHANNEL, "hello");
        ByteBuffer datagram =
                ByteBuffer.allocateDirect(100).position(31).put(source).flip().position(31);

        assertThat(client.sendChannelData(datagram)).isNotNull();
        assertThat(text(datagram)).isEqualTo("hello");
    }

    @Test
    @Requirement(rfc = 8656, section = "6", text = "Each allocation has a relayed address of its own")
    void eachClientsDataLeavesFromItsOwnRelaySocket() {
        TestClient other = TestClient.alice(shard, TestClient.ipv4(1, 1)).withAllocation();
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        assertSuccess(other.bindChannel(CHANNEL, PEER));

        RelaySocket first = client.sendChannelData(CHANNEL, "x").relaySocket();
        RelaySocket second = other.sendChannelData(CHANNEL, "x").relaySocket();

        assertThat(first).isNotSameAs(second);
        assertThat(shard.receiveFromPeer(first, PEER, payload("x")).client()).isEqualTo(client.address);
        assertThat(shard.receiveFromPeer(second, PEER, payload("x")).client()).isEqualTo(other.address);
    }

    @Test
    void theRouteToAPeerIsOneObjectOnWhichTheShellCanKeepThings() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        Route channel = client.sendChannelData(CHANNEL, "x");
        channel.attach("kept");
        Route indication = shard.receive(client.address, TestClient.sendIndication(PEER, "x"));

        assertThat(client.sendChannelData(CHANNEL, "y")).isSameAs(channel);
        assertThat(channel.attachment()).isEqualTo("kept");
        assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, "y")))
                .isSameAs(indication);
    }

    @Test
    void eachPortOfAPeerHasARouteOfItsOwn() {
        assertSuccess(client.createPermission(PEER));
        Route first = sendTo(1);

        assertThat(sendTo(2).peer().port()).isEqualTo(2);
        assertThat(sendTo(1)).isSameAs(first);
    }

    private Route sendTo(int port) {
        return shard.receive(client.address, TestClient.sendIndication(new TransportAddress(PEER.ip(), port), "x"));
    }

    @Test
    void bytesAndPacketsAreCountedByDirectionWithoutHeaders() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        client.sendChannelData(CHANNEL, "12345");
        shard.receive(client.address, TestClient.sendIndication(PEER, "123"));
        shard.receiveFromPeer(shard.onlySocket(), PEER, payload("1234567"));
        TurnCounters counters = shard.server.counters();

        assertThat(counters.packetsToPeers()).isEqualTo(2);
        assertThat(counters.bytesToPeers()).isEqualTo(8);
        assertThat(counters.packetsToClients()).isEqualTo(1);
        assertThat(counters.bytesToClients()).isEqualTo(7);
    }

    @Test
    void dataIndicationsHaveDifferentTransactionIds() {
        assertSuccess(client.createPermission(PEER));
        Set<TransactionId> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ByteBuffer buffer = payload("x");
            shard.receiveFromPeer(shard.onlySocket(), PEER, buffer);
            ids.add(StunMessage.parse(buffer).transactionId());
        }

        assertThat(ids).hasSize(100);
    }

    @Test
    @Requirement(rfc = 8656, section = "12.6", text = "ChannelData that is shorter than it says is discarded")
    void channelDataThatClaimsMoreThanItHasIsDropped() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer longer = TestClient.channelData(CHANNEL, "hello").putShort(2, (short) 6);

        assertThat(client.sendChannelData(longer)).isNull();
        assertThat(client.sendChannelData(ByteBuffer.wrap(new byte[] {0x40, 0, 0})))
                .isNull();
        assertThat(shard.drops(DropReason.MALFORMED_CHANNEL_DATA)).isEqualTo(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "5", text = "Indications and ChannelData without an allocation are discarded")
    void dataOfAClientWithoutAllocationIsDropped() {
        TestClient stranger = TestClient.alice(shard, TestClient.ipv4(1, 1));

        assertThat(stranger.sendChannelData(CHANNEL, "x")).isNull();
        assertThat(shard.receive(stranger.address, TestClient.sendIndication(PEER, "x")))
                .isNull();
        assertThat(shard.drops(DropReason.NO_ALLOCATION)).isEqualTo(2);
    }

    @Test
    @Requirement(rfc = 8656, section = "12.6", text = "ChannelData on an unbound channel is discarded")
    void channelDataOnAnUnboundChannelIsDropped() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));

        assertThat(client.sendChannelData(CHANNEL + 1, "x")).isNull();
        assertThat(shard.drops(DropReason.NO_CHANNEL)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "11.2", text = "A Send indication to a peer without permission is discarded")
    void aSendIndicationToAPeerWithoutPermissionIsDropped() {
        assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, "x")))
                .isNull();
        assertThat(shard.drops(DropReason.NO_PERMISSION)).isEqualTo(1);
    }

    @Test
    void aSendIndicationToAnIpv6PeerIsDropped() {
        assertSuccess(client.createPermission(PEER));
        TransportAddress mapped = TransportAddress.parse("[::ffff:198.51.100.20]:6000");

        assertThat(shard.receive(client.address, TestClient.sendIndication(mapped, "x")))
                .isNull();
        assertThat(shard.drops(DropReason.NO_PERMISSION)).isEqualTo(1);
    }

    @Test
    void aSendIndicationToPortZeroIsDropped() {
        assertSuccess(client.createPermission(PEER));

        assertThat(shard.receive(client.address, TestClient.sendIndication(new TransportAddress(PEER.ip(), 0), "x")))
                .isNull();
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(1);
    }

    @Test
    void aDatagramAtASocketThatWasClosedIsDropped() {
        assertSuccess(client.createPermission(PEER));
        RelaySocket socket = shard.onlySocket();
        assertSuccess(client.refresh(0));

        assertThat(shard.receiveFromPeer(socket, PEER, payload("x"))).isNull();
        assertThat(shard.drops(DropReason.NO_RELAY)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8656, section = "11.3", text = "What no message to the client can hold is discarded")
    void aDatagramThatNoMessageToTheClientCanHoldIsDropped() {
        assertSuccess(client.createPermission(PEER));
        ByteBuffer largest = payload("x".repeat(65_507 - 36 - 3));
        ByteBuffer tooLarge = payload("x".repeat(65_507 - 36 + 1));

        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, largest)).isNotNull();
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, tooLarge)).isNull();
        assertThat(shard.drops(DropReason.TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void aBufferWithoutRoomForTheHeaderIsRefused() {
        RelaySocket socket = shard.onlySocket();
        ByteBuffer noHeadroom =
                ByteBuffer.allocate(200).position(TurnServer.HEADROOM_BYTES - 1).limit(100);
        ByteBuffer noTailroom =
                ByteBuffer.allocate(102).position(TurnServer.HEADROOM_BYTES).limit(100);

        for (ByteBuffer buffer : List.of(noHeadroom, noTailroom)) {
            assertThatThrownBy(() -> shard.receiveFromPeer(socket, PEER, buffer))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("48 bytes of room");
        }
    }

    @Test
    void whatIsDueEndsBeforeTheNextDatagramIsLookedAtEvenIfNobodyCalledTheTimeout() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        long expired = shard.nowNanos() + TimeUnit.SECONDS.toNanos(600);
        ByteBuffer datagram = TestClient.channelData(CHANNEL, "late");

        assertThat(shard.server.handleClientMessage(client.address, LOCAL, datagram, expired, 0))
                .isNull();
        assertThat(shard.drops(DropReason.NO_ALLOCATION)).isEqualTo(1);
        assertThat(shard.server.poll()).isInstanceOf(TurnCommand.CloseRelaySocket.class);
    }
}
