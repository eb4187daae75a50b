package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestServer.PEER;
import static io.rift.server.core.turn.TestServer.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Clients over TCP, TLS and DTLS: what differs from UDP. */
class ConnectionTest {
    private static final int CHANNEL = 0x4000;

    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard).over(ClientTransport.TCP);

    @Test
    @Requirement(rfc = 8656, section = "12.5", text = "Over TCP and TLS ChannelData is padded to a multiple of 4")
    void channelDataInAStreamIsPaddedWithZeros() {
        client.withAllocation();
        assertSuccess(client.bindChannel(CHANNEL, PEER));
        ByteBuffer buffer = payload("hello");
        int end = buffer.limit();
        buffer.limit(buffer.capacity()).put(end, (byte) 0x55).limit(end);

        ClientPath path = shard.receiveFromPeer(shard.onlySocket(), PEER, buffer);

        assertThat(path.local()).isEqualTo(client.local);
        assertThat(ChannelData.payloadLength(buffer)).isEqualTo(5);
        assertThat(buffer.remaining()).isEqualTo(ChannelData.HEADER_BYTES + 8);
        assertThat(buffer.slice(end, 3)).isEqualTo(ByteBuffer.allocate(3));
    }

    @Test
    @Requirement(rfc = 8656, section = "6", text = "An allocation over a connection ends with it")
    void theEndOfTheConnectionEndsTheAllocation() {
        client.withAllocation();

        shard.disconnect(client);

        assertThat(shard.open).isEmpty();
        assertThat(shard.server.counters().allocations).isZero();
    }

    @Test
    void theEndOfTheConnectionEndsAnAllocationThatWaitsForItsSocket() {
        shard.opensSockets = false;
        client.fetchNonce();
        assertThat(client.send(client.sign(TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE)))))
                .isNull();

        shard.disconnect(client);
        shard.socketOpened(shard.opening.element());

        assertThat(shard.open).isEmpty();
        assertThat(shard.sent).hasSize(1); // the challenge: nobody is there any more to be told 508
    }

    @Test
    void theEndOfAnotherConnectionEndsNothing() {
        client.withAllocation();

        shard.disconnect(client.over(ClientTransport.TLS));

        assertThat(shard.open).hasSize(1);
    }

    @Test
    void anAddressThatAHandshakeHasProvenGetsTheWholeErrorText() {
        byte[] request = TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE)).encode();

        int overUdp = challengeBytes(TestClient.alice(shard), request);
        int overDtls = challengeBytes(client.over(ClientTransport.DTLS), request);

        assertThat(overDtls).isGreaterThan(overUdp);
    }

    private int challengeBytes(TestClient from, byte[] request) {
        return from.exchange(request).length();
    }
}
