package io.rift.server;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** How a handshake of DTLS begins, for clients that then say no more. */
final class DtlsHello {

    private static final int MESSAGE_TYPE_AT = 13;
    private static final int HELLO_VERIFY_REQUEST = 3;
    private static final int COOKIE_OF_REQUEST_AT = 27; // with its length before it
    private static final int RANDOM_AT = 27;
    private static final int RANDOM_END = 59;
    private static final int COOKIE_AT = RANDOM_END + 1; // behind the length of a session id, which is 0

    private final byte[] bytes;

    private DtlsHello(byte[] bytes) {
        this.bytes = bytes;
    }

    /** One without a cookie. */
    static DtlsHello fresh() throws IOException {
        return new DtlsHello(DtlsWire.hello());
    }

    /** Another one, by its random bytes. */
    DtlsHello another(Random random) {
        byte[] others = new byte[RANDOM_END - RANDOM_AT];
        random.nextBytes(others);
        byte[] copy = bytes.clone();
        System.arraycopy(others, 0, copy, RANDOM_AT, others.length);
        return new DtlsHello(copy);
    }

    /** Sends it, and once more with the cookie that comes back. */
    void begin(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(5000);
        socket.send(new DatagramPacket(bytes, bytes.length));
        DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
        do {
            answer.setLength(2000);
            socket.receive(answer);
        } while (answer.getData()[MESSAGE_TYPE_AT] != HELLO_VERIFY_REQUEST);
        byte[] back = withCookie(answer.getData());
        socket.send(new DatagramPacket(back, back.length));
    }

    private byte[] withCookie(byte[] request) {
        int cookieBytes = request[COOKIE_OF_REQUEST_AT];
        byte[] cookie = Arrays.copyOfRange(request, COOKIE_OF_REQUEST_AT, COOKIE_OF_REQUEST_AT + 1 + cookieBytes);
        ByteBuffer hello = ByteBuffer.allocate(bytes.length + cookieBytes)
                .put(bytes, 0, COOKIE_AT)
                .put(cookie)
                .put(bytes, COOKIE_AT + 1, bytes.length - COOKIE_AT - 1);
        int messageBytes = hello.capacity() - 25;
        return hello.put(10, (byte) 1) // the record's number
                .putShort(11, (short) (messageBytes + 12))
                .putShort(15, (short) messageBytes)
                .put(18, (byte) 1) // the message's number
                .putShort(23, (short) messageBytes)
                .array();
    }
}
