package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.relayed;
import static io.rift.server.core.turn.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Two clients of one shard: what they send to each other does not leave it. */
class HandOverTest {
    private static final int TO_BOB = 0x4000;
    private static final int TO_ALICE = 0x4001;

    /** So few ports that the next allocation gets the one that was given up. */
    private static final PortRange TWO_PORTS = new PortRange(50_000, 50_001);

    private final TestServer shard = new TestServer(TurnServerConfig.builder().relayPorts(TWO_PORTS));
    private final TestClient alice = TestClient.alice(shard);
    private final TestClient bob = TestClient.alice(shard, TestClient.ipv4(1, 1));
    private final TransportAddress relayOfAlice = relayed(alice.allocate());
    private final TransportAddress relayOfBob = relayed(bob.allocate());

    @Test
    void channelDataBecomesChannelDataOfTheOtherClient() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        assertSuccess(bob.bindChannel(TO_ALICE, relayOfAlice));
        ByteBuffer buffer = channelData("hello");

        ClientPath path = handOver(alice.sendChannelData(buffer), buffer);

        assertThat(path.client()).isEqualTo(bob.address);
        assertThat(ChannelData.number(buffer)).isEqualTo(TO_ALICE);
        assertThat(ChannelData.payloadLength(buffer)).isEqualTo(5);
        assertThat(text(buffer.position(buffer.position() + ChannelData.HEADER_BYTES)))
                .isEqualTo("hello");
    }

    @Test
    void withoutAChannelItBecomesADataIndicationFromTheSendersRelayedAddress() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        assertSuccess(bob.createPermission(relayOfAlice));
        ByteBuffer buffer = channelData("hello");

        ClientPath path = handOver(alice.sendChannelData(buffer), buffer);

        StunMessage indication = StunMessage.parse(buffer);
        assertThat(path.client()).isEqualTo(bob.address);
        assertThat(indication.is(MessageClass.INDICATION, TurnMethod.DATA)).isTrue();
        assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(relayOfAlice);
        assertThat(text(indication.get(TurnAttributes.DATA))).isEqualTo("hello");
    }

    @Test
    void aSendIndicationIsHandedOverToo() {
        assertSuccess(alice.createPermission(relayOfBob));
        assertSuccess(bob.bindChannel(TO_ALICE, relayOfAlice));
        ByteBuffer buffer = withRoom(TestClient.sendIndication(relayOfBob, "hello"));

        ClientPath path = handOver(shard.receive(alice.address, buffer), buffer);

        assertThat(path.client()).isEqualTo(bob.address);
        assertThat(text(buffer.position(buffer.position() + ChannelData.HEADER_BYTES)))
                .isEqualTo("hello");
    }

    @Test
    void bothLegsAreCounted() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        assertSuccess(bob.bindChannel(TO_ALICE, relayOfAlice));
        ByteBuffer buffer = channelData("hello");

        handOver(alice.sendChannelData(buffer), buffer);

        TurnCounters counters = shard.server.counters();
        assertThat(counters.packetsToPeers()).isEqualTo(1);
        assertThat(counters.bytesToPeers()).isEqualTo(5);
        assertThat(counters.packetsToClients()).isEqualTo(1);
        assertThat(counters.bytesToClients()).isEqualTo(5);
    }

    @Test
    void whoeverHasNotPermittedTheSenderGetsNothing() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        ByteBuffer buffer = channelData("hello");
        Route route = alice.sendChannelData(buffer);

        assertThat(shard.server.isInside(route)).isTrue();
        assertThat(shard.server.handOver(route, buffer, shard.nowNanos())).isNull();
        assertThat(shard.drops(DropReason.NO_PERMISSION)).isEqualTo(1);
        assertThat(shard.server.counters().packetsToPeers()).isEqualTo(1);
        assertThat(shard.server.counters().packetsToClients()).isZero();
    }

    @Test
    void aClientReachesItselfOnceAndNoMore() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfAlice));
        ByteBuffer buffer = channelData("echo");

        ClientPath path = handOver(alice.sendChannelData(buffer), buffer);

        assertThat(path.client()).isEqualTo(alice.address);
        assertThat(shard.server.counters().packetsToClients()).isEqualTo(1);
        assertThat(shard.server.poll()).isNull();
    }

    @Test
    void aPeerOutsideIsNotInside() {
        assertSuccess(alice.bindChannel(TO_BOB, TestServer.PEER));
        ByteBuffer buffer = channelData("hello");
        Route route = alice.sendChannelData(buffer);

        assertThat(shard.server.isInside(route)).isFalse();
        assertThat(shard.server.handOver(route, buffer, shard.nowNanos())).isNull();
        assertThat(shard.drops(DropReason.NO_RELAY)).isEqualTo(1);
    }

    @Test
    void aRelayThatIsClosedIsNotUsedThoughTheRouteLedThere() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        assertSuccess(bob.bindChannel(TO_ALICE, relayOfAlice));
        ByteBuffer buffer = channelData("hello");
        Route route = alice.sendChannelData(buffer);
        assertThat(shard.server.isInside(route)).isTrue();

        assertSuccess(bob.refresh(0));

        assertThat(shard.server.isInside(route)).isFalse();
        assertThat(shard.server.handOver(route, buffer, shard.nowNanos())).isNull();
        assertThat(alice.sendChannelData(TO_BOB, "x")).isNull();
    }

    @Test
    void theNextAllocationOnAnAddressIsWhoGetsWhatIsSentThere() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        assertSuccess(bob.bindChannel(TO_ALICE, relayOfAlice));
        ByteBuffer first = channelData("for bob");
        assertThat(handOver(alice.sendChannelData(first), first).client()).isEqualTo(bob.address);
        assertSuccess(bob.refresh(0));
        TestClient carol = TestClient.alice(shard, TestClient.ipv4(2, 2));
        assertThat(relayed(carol.allocate())).isEqualTo(relayOfBob);
        ByteBuffer second = channelData("for carol");

        Route route = alice.sendChannelData(second);
        assertThat(shard.server.handOver(route, second, shard.nowNanos()))
                .as("not permitted yet")
                .isNull();
        assertSuccess(carol.bindChannel(TO_ALICE, relayOfAlice));
        ByteBuffer third = channelData("for carol");
        assertThat(handOver(alice.sendChannelData(third), third).client()).isEqualTo(carol.address);
    }

    /** Another shard of the node has the address now: the way there is through the kernel, until it is ours. */
    @Test
    void aRelayOfAnotherShardIsNotInsideUntilItIsOfThisOne() {
        assertSuccess(bob.refresh(0));
        shard.live.add(relayOfBob);
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        Route route = alice.sendChannelData(TO_BOB, "x");
        assertThat(shard.server.isInside(route)).isFalse();

        TestClient carol = TestClient.alice(shard, TestClient.ipv4(2, 2));
        assertThat(relayed(carol.allocate())).isEqualTo(relayOfBob);

        assertThat(shard.server.isInside(route)).isTrue();
    }

    @Test
    void aReservedAddressHasNobodyBehindIt() {
        assertSuccess(alice.refresh(0));
        assertSuccess(bob.refresh(0));
        StunMessage response = alice.allocate(encoder -> encoder.add(TurnAttributes.EVEN_PORT, true));
        TransportAddress reserved =
                new TransportAddress(TestServer.OWN, relayed(response).port() + 1);
        assertSuccess(alice.bindChannel(TO_BOB, reserved));
        ByteBuffer buffer = channelData("hello");

        assertThat(shard.server.handOver(alice.sendChannelData(buffer), buffer, shard.nowNanos()))
                .isNull();
        assertThat(shard.drops(DropReason.NO_RELAY)).isEqualTo(1);
    }

    @Test
    void withoutRoomAroundThePayloadItIsTheCallersMistake() {
        assertSuccess(alice.bindChannel(TO_BOB, relayOfBob));
        ByteBuffer bare = TestClient.channelData(TO_BOB, "hello");
        Route route = alice.sendChannelData(bare);

        assertThatThrownBy(() -> shard.server.handOver(route, bare, shard.nowNanos()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private ClientPath handOver(Route route, ByteBuffer buffer) {
        assertThat(route).isNotNull();
        assertThat(shard.server.isInside(route)).isTrue();
        ClientPath path = shard.server.handOver(route, buffer, shard.nowNanos());
        assertThat(path).isNotNull();
        return path;
    }

    private static ByteBuffer channelData(String text) {
        return withRoom(TestClient.channelData(TO_BOB, text));
    }

    /** The same datagram as a shell receives it: with room before and behind. */
    static ByteBuffer withRoom(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(bytes);
        return ByteBuffer.allocate(TurnServer.HEADROOM_BYTES + bytes.length + TurnServer.TAILROOM_BYTES)
                .put(TurnServer.HEADROOM_BYTES, bytes)
                .position(TurnServer.HEADROOM_BYTES)
                .limit(TurnServer.HEADROOM_BYTES + bytes.length);
    }
}
