package io.rift.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.cli.capture.PacketCapture.Packet;
import io.rift.cli.capture.PacketCapture.Transport;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketCaptureTest {
    private static final Canary CANARY = new Canary("canary-0123456789abcdef");
    private static final byte[] PLAIN = CANARY.text().getBytes(StandardCharsets.US_ASCII);
    private static final int ETHERNET = 1;
    private static final int RAW_IP = 101;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "101,true", "101,false", "228,false"})
    void readsDatagramsOfEveryLinkAndByteOrder(int link, boolean bigEndian) {
        PacketCapture capture = new CaptureFile(link, bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .udp(new byte[] {1, 2, 3})
                .udp(PLAIN)
                .in(directory);
        assertThat(capture.packets())
                .containsExactly(
                        new Packet(
                                Transport.UDP,
                                new InetSocketAddress("192.0.2.1", 1111),
                                new InetSocketAddress("192.0.2.2", 3478),
                                0,
                                ByteBuffer.wrap(new byte[] {1, 2, 3})),
                        new Packet(
                                Transport.UDP,
                                new InetSocketAddress("192.0.2.1", 1111),
                                new InetSocketAddress("192.0.2.2", 3478),
                                0,
                                ByteBuffer.wrap(PLAIN)));
        assertThat(capture.contains(CANARY)).isTrue();
        assertThat(capture.since(1).packets()).hasSize(1);
        assertThat(capture.since(2).contains(CANARY)).isFalse();
    }

    @Test
    void readsDatagramsOverIpv6() {
        ByteBuffer ip = ByteBuffer.allocate(40 + 8 + 1);
        ip.put(0, (byte) 0x60)
                .putShort(4, (short) 9)
                .put(6, (byte) 17)
                .put(23, (byte) 1)
                .put(39, (byte) 2);
        ip.putShort(40, (short) 5).putShort(42, (short) 6).put(48, (byte) 77);
        PacketCapture capture = new CaptureFile(ETHERNET, ByteOrder.LITTLE_ENDIAN)
                .frame(ip.array())
                .in(directory);
        assertThat(capture.packets())
                .containsExactly(new Packet(
                        Transport.UDP,
                        TransportAddress.parse("[::1]:5").toSocketAddress(),
                        TransportAddress.parse("[::2]:6").toSocketAddress(),
                        0,
                        ByteBuffer.wrap(new byte[] {77})));
    }

    @Test
    void findsTextThatTcpCutIntoSegmentsAndSentTwiceAndOutOfOrder() {
        PacketCapture capture = new CaptureFile(RAW_IP, ByteOrder.LITTLE_ENDIAN)
                .tcp(1_010, Arrays.copyOfRange(PLAIN, 10, PLAIN.length))
                .tcp(1_000, Arrays.copyOfRange(PLAIN, 0, 4))
                .tcp(1_000, Arrays.copyOfRange(PLAIN, 0, 4))
                .tcp(1_002, Arrays.copyOfRange(PLAIN, 2, 10))
                .in(directory);
        assertThat(capture.contains(CANARY)).isTrue();
        assertThat(capture.since(1).contains(CANARY)).isFalse();
    }

    @Test
    void doesNotJoinDatagrams() {
        PacketCapture capture = new CaptureFile(RAW_IP, ByteOrder.LITTLE_ENDIAN)
                .udp(Arrays.copyOfRange(PLAIN, 0, 8))
                .udp(Arrays.copyOfRange(PLAIN, 8, PLAIN.length))
                .in(directory);
        assertThat(capture.contains(CANARY)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 24, 30})
    void readsAFileThatIsStillGrowing(int complete) throws IOException {
        byte[] whole =
                new CaptureFile(RAW_IP, ByteOrder.LITTLE_ENDIAN).udp(PLAIN).bytes();
        Path file = Files.write(directory.resolve("growing"), Arrays.copyOf(whole, complete));
        assertThat(PacketCapture.read(file).packets()).isEmpty();
    }

    @Test
    void refusesWhatItCannotRead() throws IOException {
        Path noCapture = Files.write(directory.resolve("no-capture"), new byte[100]);
        assertThatThrownBy(() -> PacketCapture.read(noCapture))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no pcap file");
        Path bluetooth = Files.write(
                directory.resolve("bluetooth"),
                new CaptureFile(187, ByteOrder.LITTLE_ENDIAN).udp(PLAIN).bytes());
        assertThatThrownBy(() -> PacketCapture.read(bluetooth))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("link type 187");
        Path cut = Files.write(
                directory.resolve("cut"),
                new CaptureFile(RAW_IP, ByteOrder.LITTLE_ENDIAN)
                        .frame(new byte[] {0x45, 0, 0, 99})
                        .bytes());
        assertThatThrownBy(() -> PacketCapture.read(cut))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut short");
    }
}
