package io.rift.protocol.rendezvous;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The octets that {@link RendezvousMessage.Authenticate#signature()} signs:
 *
 * <pre>
 * 64 x 0x20 || "RIFT-RENDEZVOUS-V2 authenticate" || 0x00
 *   || length of authority (16 bits) || authority || serverNonce (32) || clientNonce (32) || peerId (32)
 * </pre>
 *
 * <p>The prefix keeps these signatures apart from every other one that the identity makes (the construction of RFC 8446
 * section 4.4.3). The authority binds the answer to the server that was dialed, so that a hostile server cannot pass on
 * another server's challenge and sign in there as its visitor.
 */
public final class AuthenticationPayload {
    private static final int PAD_BYTES = 64;
    private static final byte[] CONTEXT = "RIFT-RENDEZVOUS-V2 authenticate".getBytes(US_ASCII);

    private AuthenticationPayload() {}

    /** What to sign or to verify. */
    public static byte[] of(String authority, Octets serverNonce, Octets clientNonce, PeerId peerId) {
        byte[] name = authority.getBytes(US_ASCII);
        byte[] pad = new byte[PAD_BYTES];
        Arrays.fill(pad, (byte) 0x20);
        int length = PAD_BYTES
                + CONTEXT.length
                + 1
                + Short.BYTES
                + name.length
                + serverNonce.length()
                + clientNonce.length()
                + peerId.bytes().length;
        return ByteBuffer.allocate(length)
                .put(pad)
                .put(CONTEXT)
                .put((byte) 0)
                .putShort((short) name.length)
                .put(name)
                .put(serverNonce.toByteArray())
                .put(clientNonce.toByteArray())
                .put(peerId.bytes())
                .array();
    }
}
