package io.rift.server.capture;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A capture in the classic pcap format with nanoseconds and bare IP packets (link type 101), made up around each
 * payload: what the application saw, not what was on the wire. A text frame of the rendezvous appears as a UDP datagram
 * between the ports of its TCP connection.
 *
 * <p>Every record is in the file as soon as it was seen, so that the file can be read while it grows. When the next
 * record would exceed the limit, the capture ends; the server goes on.
 */
public final class PcapFile implements Capture, Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(PcapFile.class);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
    private static final int LINK_TYPE_RAW = 101;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int IPV4_HEADER_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int PROTOCOL_UDP = 17;
    private static final int HOP_LIMIT = 64;
    private static final int MAX_IP_BYTES = 65_535;

    private final FileChannel file;
    private final long limitBytes;
    private final ByteBuffer record =
            ByteBuffer.allocateDirect(RECORD_HEADER_BYTES + MAX_IP_BYTES).order(ByteOrder.BIG_ENDIAN);
    private long writtenBytes;
    private boolean ended;

    private PcapFile(FileChannel file, long limitBytes) {
        this.file = file;
        this.limitBytes = limitBytes;
    }

    /**
     * Begins a capture, in place of any that the file held. A file that is made here is its owner's alone, as it tells
     * who talked to whom; a symbolic link is not followed.
     *
     * @param limitBytes the size that the file never exceeds
     * @throws IOException if the file cannot be written
     */
    public static PcapFile create(Path path, long limitBytes) throws IOException {
        Set<OpenOption> options = Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileChannel file = posix
                ? FileChannel.open(path, options, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : FileChannel.open(path, options);
        PcapFile capture = new PcapFile(file, limitBytes);
        capture.writeFileHeader();
        return capture;
    }

    private synchronized void writeFileHeader() throws IOException {
        record.clear()
                .putInt(MAGIC_NANOSECONDS)
                .putShort((short) 2) // version 2.4
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(MAX_IP_BYTES)
                .putInt(LINK_TYPE_RAW)
                .flip();
        write();
        if (writtenBytes != FILE_HEADER_BYTES) {
            throw new IOException("the header of the capture was cut short");
        }
    }

    @Override
    public synchronized void datagram(InetSocketAddress from, InetSocketAddress to, ByteBuffer payload) {
        if (ended) {
            return;
        }
        boolean ipv4 = from.getAddress() instanceof Inet4Address && to.getAddress() instanceof Inet4Address;
        int headerBytes = (ipv4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES) + UDP_HEADER_BYTES;
        int payloadBytes = Math.min(payload.remaining(), MAX_IP_BYTES - headerBytes);
        if (writtenBytes + RECORD_HEADER_BYTES + headerBytes + payloadBytes > limitBytes) {
            ended = true;
            LOG.atInfo().addKeyValue("limitBytes", limitBytes).log("the capture is full and ends");
            return;
        }
        Instant now = Instant.now();
        record.clear()
                .putInt((int) now.getEpochSecond())
                .putInt(now.getNano())
                .putInt(headerBytes + payloadBytes)
                .putInt(headerBytes + payloadBytes);
        if (ipv4) {
            putIpv4Header(from.getAddress(), to.getAddress(), headerBytes + payloadBytes);
        } else {
            putIpv6Header(from.getAddress(), to.getAddress(), UDP_HEADER_BYTES + payloadBytes);
        }
        record.putShort((short) from.getPort())
                .putShort((short) to.getPort())
                .putShort((short) (UDP_HEADER_BYTES + payloadBytes))
                .putShort((short) 0) // no checksum
                .put(record.position(), payload, payload.position(), payloadBytes)
                .position(record.position() + payloadBytes)
                .flip();
        try {
            write();
        } catch (IOException e) {
            ended = true;
            LOG.warn("the capture ends, its file cannot be written", e);
        }
    }

    @Override
    public void text(InetSocketAddress from, InetSocketAddress to, CharSequence text) {
        datagram(from, to, StandardCharsets.UTF_8.encode(text.toString()));
    }

    private void putIpv4Header(InetAddress from, InetAddress to, int totalBytes) {
        int at = record.position();
        record.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) totalBytes)
                .putInt(0)
                .put((byte) HOP_LIMIT)
                .put((byte) PROTOCOL_UDP)
                .putShort((short) 0)
                .put(from.getAddress())
                .put(to.getAddress());
        record.putShort(at + 10, ipv4Checksum(at));
    }

    private short ipv4Checksum(int at) {
        int sum = 0;
        for (int i = 0; i < IPV4_HEADER_BYTES; i += Short.BYTES) {
            sum += record.getShort(at + i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }

    private void putIpv6Header(InetAddress from, InetAddress to, int payloadBytes) {
        record.putInt(0x6000_0000)
                .putShort((short) payloadBytes)
                .put((byte) PROTOCOL_UDP)
                .put((byte) HOP_LIMIT)
                .put(ipv6(from))
                .put(ipv6(to));
    }

    /** An IPv4 address beside an IPv6 one is written as IPv4-mapped. */
    private static byte[] ipv6(@Nullable InetAddress address) {
        byte[] bytes = address == null ? new byte[16] : address.getAddress();
        return bytes.length == 16
                ? bytes
                : ByteBuffer.allocate(16)
                        .putLong(0)
                        .putInt(0x0000_FFFF)
                        .put(bytes)
                        .array();
    }

    private void write() throws IOException {
        while (record.hasRemaining()) {
            writtenBytes += file.write(record);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        ended = true;
        file.close();
    }
}
