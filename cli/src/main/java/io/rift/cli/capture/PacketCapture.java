package io.rift.cli.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The UDP datagrams and TCP segments of a capture file (pcap, with Ethernet or raw IP frames). */
public final class PacketCapture {
    private static final int MAGIC_MICROSECONDS = 0xA1B2C3D4;
    private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;
    private static final int LINK_ETHERNET = 1;
    private static final int LINK_RAW_IP = 101;
    private static final int LINK_IPV4 = 228;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86DD;

    /** The transport protocols that a capture is read for, by their IANA numbers. */
    public enum Transport {
        /** Protocol number 6. */
        TCP,
        /** Protocol number 17. */
        UDP
    }

    /**
     * One datagram or segment.
     *
     * @param sequence the sequence number of a TCP segment, otherwise 0
     * @param payload what it carries above UDP or TCP
     */
    public record Packet(
            Transport transport, InetSocketAddress from, InetSocketAddress to, long sequence, ByteBuffer payload) {}

    private final List<Packet> packets;

    private PacketCapture(List<Packet> packets) {
        this.packets = packets;
    }

    /**
     * Reads a file to its last complete packet; it may still be growing.
     *
     * @throws IOException if it cannot be read, or is no pcap file with frames that this class knows
     */
    public static PacketCapture read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        List<Packet> packets = new ArrayList<>();
        if (in.remaining() < 24) {
            return new PacketCapture(packets);
        }
        int magic = in.getInt(0);
        if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) {
            in.order(ByteOrder.LITTLE_ENDIAN);
            magic = in.getInt(0);
        }
        if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS) {
            throw new IOException(file + " is no pcap file");
        }
        int link = in.getInt(20) & 0xFFFF;
        in.position(24);
        while (in.remaining() >= 16) {
            int length = in.getInt(in.position() + 8);
            if (length < 0 || in.remaining() < 16 + length) {
                break;
            }
            readFrame(link, in.slice(in.position() + 16, length), packets);
            in.position(in.position() + 16 + length);
        }
        return new PacketCapture(packets);
    }

    /** All packets in the order of the capture. */
    public List<Packet> packets() {
        return packets;
    }

    /** The packets after the first {@code count}. */
    public PacketCapture since(int count) {
        return new PacketCapture(packets.subList(count, packets.size()));
    }

    /** Whether any datagram, or any TCP stream put together again, contains the text in one of its forms. */
    public boolean contains(Canary canary) {
        return packets.stream()
                        .filter(packet -> packet.transport() == Transport.UDP)
                        .anyMatch(packet -> canary.isIn(packet.payload()))
                || streams().stream().anyMatch(canary::isIn);
    }

    private List<ByteBuffer> streams() {
        Map<String, NavigableMap<Long, ByteBuffer>> segmentsByStream = new LinkedHashMap<>();
        for (Packet packet : packets) {
            if (packet.transport() == Transport.TCP && packet.payload().hasRemaining()) {
                segmentsByStream
                        .computeIfAbsent(packet.from() + ">" + packet.to(), stream -> new TreeMap<>())
                        .merge(packet.sequence(), packet.payload(), (a, b) -> a.remaining() >= b.remaining() ? a : b);
            }
        }
        return segmentsByStream.values().stream().map(PacketCapture::joined).toList();
    }

    private static ByteBuffer joined(NavigableMap<Long, ByteBuffer> segmentBySequence) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        long next = segmentBySequence.firstKey();
        for (Map.Entry<Long, ByteBuffer> segment : segmentBySequence.entrySet()) {
            ByteBuffer payload = segment.getValue();
            int known = Math.clamp(next - segment.getKey(), 0, payload.remaining());
            byte[] fresh = new byte[payload.remaining() - known];
            payload.get(payload.position() + known, fresh);
            stream.writeBytes(fresh);
            next = Math.max(next, segment.getKey() + payload.remaining());
        }
        return ByteBuffer.wrap(stream.toByteArray());
    }

    private static void readFrame(int link, ByteBuffer frame, List<Packet> packets) throws IOException {
        frame.order(ByteOrder.BIG_ENDIAN);
        try {
            switch (link) {
                case LINK_ETHERNET -> {
                    int type = frame.getShort(12) & 0xFFFF;
                    if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6) {
                        readIp(frame.slice(14, frame.limit() - 14), packets);
                    }
                }
                case LINK_RAW_IP, LINK_IPV4 -> readIp(frame, packets);
                default -> throw new IOException("a capture with frames of link type " + link + " cannot be read");
            }
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw new IOException("a captured frame is cut short", e);
        }
    }

    private static void readIp(ByteBuffer ip, List<Packet> packets) throws IOException {
        boolean v4 = ip.get(0) >> 4 == 4;
        int headerBytes = v4 ? (ip.get(0) & 0x0F) * 4 : 40;
        int totalBytes = v4 ? ip.getShort(2) & 0xFFFF : 40 + (ip.getShort(4) & 0xFFFF);
        int protocol = (v4 ? ip.get(9) : ip.get(6)) & 0xFF;
        InetAddress from = address(ip, v4 ? 12 : 8, v4 ? 4 : 16);
        InetAddress to = address(ip, v4 ? 16 : 24, v4 ? 4 : 16);
        // What lies after the packet's own length is the padding of a short Ethernet frame.
        ByteBuffer body = ip.slice(headerBytes, totalBytes - headerBytes);
        if (protocol == 17) {
            packets.add(new Packet(
                    Transport.UDP,
                    new InetSocketAddress(from, port(body, 0)),
                    new InetSocketAddress(to, port(body, 2)),
                    0,
                    after(body, 8)));
        } else if (protocol == 6) {
            packets.add(new Packet(
                    Transport.TCP,
                    new InetSocketAddress(from, port(body, 0)),
                    new InetSocketAddress(to, port(body, 2)),
                    body.getInt(4) & 0xFFFF_FFFFL,
                    after(body, (body.get(12) >> 4 & 0x0F) * 4)));
        }
    }

    private static InetAddress address(ByteBuffer ip, int at, int length) throws IOException {
        byte[] address = new byte[length];
        ip.get(at, address);
        return InetAddress.getByAddress(address);
    }

    private static int port(ByteBuffer body, int at) {
        return body.getShort(at) & 0xFFFF;
    }

    private static ByteBuffer after(ByteBuffer body, int headerBytes) {
        return body.slice(headerBytes, body.limit() - headerBytes).asReadOnlyBuffer();
    }
}
