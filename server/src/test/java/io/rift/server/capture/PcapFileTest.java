package io.rift.server.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rift.conformance.Needed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapFileTest {

    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;

    @TempDir
    private Path directory;

    @Test
    void aDatagramIsAnIpv4PacketWithAValidChecksum() throws IOException {
        ByteBuffer payload = ByteBuffer.wrap("xhellox".getBytes(UTF_8), 1, 5);
        ByteBuffer file =
                write(1000, capture -> capture.datagram(at("192.0.2.1", 1111), at("192.0.2.2", 65535), payload));
        assertThat(payload.remaining()).as("the payload is left as it was").isEqualTo(5);

        assertThat(file.getInt(0)).isEqualTo(0xA1B23C4D);
        assertThat(file.getInt(20)).as("raw IP").isEqualTo(101);
        assertThat(file.getInt(FILE_HEADER_BYTES + 8)).isEqualTo(20 + 8 + 5);
        ByteBuffer ip = file.slice(FILE_HEADER_BYTES + RECORD_HEADER_BYTES, 33);
        assertThat(ip.getShort(2)).isEqualTo((short) 33);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += ip.getShort(i) & 0xFFFF;
        }
        assertThat((sum & 0xFFFF) + (sum >>> 16)).isEqualTo(0xFFFF);
        assertThat(ip.getInt(12)).isEqualTo(0xC0000201);
        assertThat(ip.getInt(16)).isEqualTo(0xC0000202);
        assertThat(ip.getShort(20)).isEqualTo((short) 1111);
        assertThat(ip.getShort(22)).isEqualTo((short) 65535);
        assertThat(ip.getShort(24)).isEqualTo((short) 13);
        assertThat(text(ip, 28, 5)).isEqualTo("hello");
    }

    @Test
    void addressesOfTwoFamiliesMakeAnIpv6Packet() throws IOException {
        ByteBuffer file = write(1000, capture -> capture.text(at("2001:db8::1", 1), at("192.0.2.2", 2), "hi"));
        ByteBuffer ip = file.slice(FILE_HEADER_BYTES + RECORD_HEADER_BYTES, 50);
        assertThat(ip.get(0) >> 4).isEqualTo(6);
        assertThat(ip.getShort(4)).isEqualTo((short) 10);
        assertThat(ip.getLong(32)).isEqualTo(0x0000_FFFF_C000_0202L);
        assertThat(text(ip, 48, 2)).isEqualTo("hi");
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        Path path = directory.resolve("private.pcap");
        Needed.that(path.getFileSystem().supportedFileAttributeViews().contains("posix"), "files have no modes here");
        PcapFile.create(path, 1000).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        Path link = Files.createSymbolicLink(directory.resolve("link.pcap"), path);
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> PcapFile.create(link, 1000));
    }

    @Test
    void theFileEndsBeforeItsLimit() throws IOException {
        int record = RECORD_HEADER_BYTES + 20 + 8 + 4;
        ByteBuffer file = write(FILE_HEADER_BYTES + 2 * record + 1, capture -> {
            for (int i = 0; i < 5; i++) {
                capture.text(at("192.0.2.1", 1), at("192.0.2.2", 2), "four");
            }
        });
        assertThat(file.remaining()).isEqualTo(FILE_HEADER_BYTES + 2 * record);
    }

    @Test
    void aRecordIsInTheFileAtOnce() throws IOException {
        Path path = directory.resolve("growing.pcap");
        try (PcapFile capture = PcapFile.create(path, 1000)) {
            capture.text(at("192.0.2.1", 1), at("192.0.2.2", 2), "now");
            assertThat(Files.size(path)).isEqualTo(FILE_HEADER_BYTES + RECORD_HEADER_BYTES + 20 + 8 + 3);
        }
    }

    private interface Action {
        void run(PcapFile capture) throws UnknownHostException;
    }

    private ByteBuffer write(long limitBytes, Action action) throws IOException {
        Path path = directory.resolve("test.pcap");
        try (PcapFile capture = PcapFile.create(path, limitBytes)) {
            action.run(capture);
        }
        return ByteBuffer.wrap(Files.readAllBytes(path));
    }

    private static InetSocketAddress at(String literal, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }

    private static String text(ByteBuffer buffer, int at, int length) {
        return UTF_8.decode(buffer.slice(at, length)).toString();
    }
}
