package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.SecureSession.HEADROOM_BYTES;
import static io.rift.peer.core.secure.SecureSession.TAILROOM_BYTES;

import java.nio.ByteBuffer;

/** Room around a datagram in which a relay's header and padding can be written without a copy. */
final class OutgoingDatagram {

    private OutgoingDatagram() {}

    /** A zeroed array for a datagram of this length, which begins behind the headroom. */
    static byte[] allocate(int datagramBytes) {
        return new byte[HEADROOM_BYTES + datagramBytes + TAILROOM_BYTES];
    }

    /** The datagram in an {@linkplain #allocate allocated} array. */
    static ByteBuffer wrap(byte[] array) {
        return ByteBuffer.wrap(array, HEADROOM_BYTES, array.length - HEADROOM_BYTES - TAILROOM_BYTES);
    }

    static ByteBuffer copyOf(byte[] datagram) {
        byte[] array = allocate(datagram.length);
        System.arraycopy(datagram, 0, array, HEADROOM_BYTES, datagram.length);
        return wrap(array);
    }
}
