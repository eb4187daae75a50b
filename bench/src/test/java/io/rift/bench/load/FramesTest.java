package io.rift.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FramesTest {

    @Test
    void aFrameIsEthernetIpv4AndUdpWithARightChecksum() {
        try (Arena arena = Arena.ofConfined()) {
            Frames frames = new Frames(arena, 2, new byte[] {1, 2, 3, 4, 5, 6}, new byte[] {7, 8, 9, 10, 11, 12});
            int bytes = frames.write(
                    1, TransportAddress.parse("192.0.2.1:4660"), TransportAddress.parse("198.51.100.2:3478"), 100);
            assertThat(bytes).isEqualTo(Frames.HEADER_BYTES + 100);
            MemorySegment frame = frames.memory().asSlice(Frames.at(1), Frames.HEADER_BYTES);
            assertThat(HexFormat.of().formatHex(frame.toArray(ValueLayout.JAVA_BYTE)))
                    .startsWith("0708090a0b0c" + "010203040506" + "0800" + "45000080" + "00004000" + "4011")
                    .endsWith("c0000201" + "c6336402" + "1234" + "0d96" + "006c" + "0000");
            assertThat(onesComplementSum(frame.asSlice(14, 20))).isEqualTo(0xFFFF);
            assertThat(Frames.isUdp(frames.memory(), Frames.at(1), bytes)).isTrue();
            assertThat(Frames.payloadBytes(frames.memory(), Frames.at(1))).isEqualTo(100);
            assertThat(Frames.destination(frames.memory(), Frames.at(1))).isEqualTo(0xC6336402);
        }
    }

    /** RFC 1071: over a header with a right checksum the sum is all ones. */
    private static int onesComplementSum(MemorySegment header) {
        int sum = 0;
        for (int i = 0; i < header.byteSize(); i += 2) {
            sum += header.get(Frames.SHORT, i) & 0xFFFF;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }
}
