package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

class EndpointFuzzTest {

    /**
     * Whatever comes to the socket of an endpoint with a live connection, nothing is thrown, no stranger is answered, and
     * the connection goes on.
     *
     * @param script datagrams, each behind its length in two bytes; the highest bit of it says that it comes from the
     *     address of the other peer
     */
    @FuzzTest
    void datagramsOfAnyContentNeitherThrowNorHarm(byte @Nullable [] script) {
        if (script == null) {
            return;
        }
        TwoPeers peers = new TwoPeers(1).connected();
        TransportAddress stranger = TransportAddress.parse("203.0.113.5:4444");
        TransportAddress alice = TransportAddress.parse("10.0.1.1:40000");
        ByteBuffer steps = ByteBuffer.wrap(script);
        while (steps.remaining() >= 2) {
            int head = steps.getShort();
            byte[] datagram = new byte[Math.min(head & 0x7FF, steps.remaining())];
            steps.get(datagram);
            peers.bob.datagram(head < 0 ? alice : stranger, ByteBuffer.wrap(datagram));
        }
        assertThat(peers.world.sent).noneMatch(sent -> sent.to().equals(stranger));
        peers.alice.send(peers.alice.established(), "unharmed");
        peers.await(() -> peers.bob.texts().contains("unharmed"), Duration.ofSeconds(2));
    }
}
