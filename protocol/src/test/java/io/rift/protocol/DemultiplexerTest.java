package io.rift.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.Demultiplexer.Kind;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DemultiplexerTest {

    @Test
    @Requirement(rfc = 7983, section = "7", text = "STUN, TURN channels and others are told apart by the first byte")
    @Requirement(rfc = 8656, section = "12", text = "A first byte of 64 to 79 is a channel number of TURN")
    void everyFirstByteHasOneKind() {
        for (int first = 0; first < 256; first++) {
            Kind expected = switch (first) {
                case 0, 1, 2, 3 -> Kind.STUN;
                case 0xE1 -> Kind.HANDSHAKE;
                case 0xE2 -> Kind.COOKIE;
                case 0xE3 -> Kind.ENCRYPTED_PAYLOAD;
                case 0xE4 -> Kind.PEER_RELAYED;
                default -> first >> 4 == 4 ? Kind.CHANNEL_DATA : Kind.UNKNOWN;
            };
            assertThat(Demultiplexer.classify(ByteBuffer.wrap(new byte[] {(byte) first})))
                    .isEqualTo(expected);
        }
    }

    @Test
    void looksAtThePositionAndLeavesItAlone() {
        ByteBuffer datagram = ByteBuffer.wrap(new byte[] {0x40, (byte) 0xE3, 0}).position(1);
        assertThat(Demultiplexer.classify(datagram)).isEqualTo(Kind.ENCRYPTED_PAYLOAD);
        assertThat(datagram.position()).isEqualTo(1);
        assertThat(Demultiplexer.classify(datagram.limit(1))).isEqualTo(Kind.UNKNOWN);
    }
}
