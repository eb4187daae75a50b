package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.LOCAL;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static io.rift.server.core.turn.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Application data on its way: RFC 8656 sections 11 and 12. */
class RelayingTest {
    private static final int CHANNEL = 0x4000;

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).withAllocation();

    @Test
    void channelDataGoesFromTheRelaySocketToTheBoundPeer() {
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer datagram = TestClient.channelData(CHANNEL, "hello");

        Route route = client.sendChannelData(datagram);

        assertThat(route.peer()).isEqualTo(PEER);
        assertThat(route.relaySocket()).isSameAs(shard.onlySocket());
        assertThat(text(datagram)).isEqualTo("hello");
    }

    @Test
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
}
