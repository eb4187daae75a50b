package io.rift.cli.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes pcap files for tests. */
public final class CaptureFile {
    private final int link;
    private final ByteOrder order;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    public CaptureFile(int link, ByteOrder order) {
        this.link = link;
        this.order = order;
        file.writeBytes(ByteBuffer.allocate(24)
                .order(order)
                .putInt(0xA1B2C3D4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0)
                .putInt(65_535)
                .putInt(link)
                .array());
    }

    public CaptureFile udp(byte[] payload) {
        return udpTo(3478, payload);
    }

    public CaptureFile udpTo(int port, byte[] payload) {
        ByteBuffer udp = ByteBuffer.allocate(8 + payload.length)
                .putShort((short) 1111)
                .putShort((short) port)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .put(payload);
        return frame(ipv4(17, udp.array()));
    }

    public CaptureFile tcp(int sequence, byte[] payload) {
        ByteBuffer tcp = ByteBuffer.allocate(20 + payload.length)
                .putShort((short) 2222)
                .putShort((short) 8080)
                .putInt(sequence)
                .putInt(0)
                .put((byte) 0x50)
                .put(new byte[7])
                .put(payload);
        return frame(ipv4(6, tcp.array()));
    }

    public CaptureFile frame(byte[] ip) {
        byte[] frame = link == 1 ? ethernet(ip) : ip;
        file.writeBytes(ByteBuffer.allocate(16)
                .order(order)
                .putInt(0)
                .putInt(0)
                .putInt(frame.length)
                .putInt(frame.length)
                .array());
        file.writeBytes(frame);
        return this;
    }

    public byte[] bytes() {
        return file.toByteArray();
    }

    public PacketCapture in(Path directory) {
        try {
            return PacketCapture.read(Files.write(Files.createTempFile(directory, "capture", ".pcap"), bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] ethernet(byte[] ip) {
        ByteBuffer frame = ByteBuffer.allocate(Math.max(60, 14 + ip.length)); // short frames are padded
        boolean v4 = ip[0] >> 4 == 4;
        return frame.put(new byte[12])
                .putShort((short) (v4 ? 0x0800 : 0x86DD))
                .put(ip)
                .array();
    }

    private static byte[] ipv4(int protocol, byte[] body) {
        return ByteBuffer.allocate(20 + body.length)
                .put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (20 + body.length))
                .putInt(0)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .put(new byte[] {(byte) 192, 0, 2, 1})
                .put(new byte[] {(byte) 192, 0, 2, 2})
                .put(body)
                .array();
    }
}
