package io.rift.peer.core.secure;

import io.rift.protocol.secure.EncryptedPayload;
import io.rift.protocol.secure.PayloadKind;

/**
 * The plaintext of an EncryptedPayload: {@code inner type 1 | body | 0x80 | zeros}.
 *
 * <p>Lengths are rounded up so that they tell less: the lengths of Opus frames at a variable rate give away what is said,
 * the lengths of messages what is typed. Bulk transfers are not padded; their length shows anyway.
 */
final class Padding {

    private static final byte MARK = (byte) 0x80;

    /** Inner type and mark. */
    static final int OVERHEAD_BYTES = 2;

    private Padding() {}

    /** Length of the plaintext for a body of this length. */
    static int paddedBytes(PayloadKind kind, int bodyBytes) {
        int step = switch (kind) {
            case CONTROL, CHAT, VOICE -> 64;
            case BULK -> 1;
        };
        int needed = bodyBytes + OVERHEAD_BYTES;
        int rounded = (needed + step - 1) / step * step;
        return Math.min(rounded, EncryptedPayload.maxPlaintextBytes(kind));
    }

    /** Writes inner type, body and mark at {@code at}; what follows has to be zero already. */
    static void write(byte[] out, int at, int innerType, byte[] body) {
        out[at] = (byte) innerType;
        System.arraycopy(body, 0, out, at + 1, body.length);
        out[at + 1 + body.length] = MARK;
    }

    /** Where the body ends, or -1 if there is no mark behind the inner type. */
    static int bodyEnd(byte[] plaintext) {
        int end = plaintext.length - 1;
        while (end > 0 && plaintext[end] == 0) {
            end--;
        }
        return end > 0 && plaintext[end] == MARK ? end : -1;
    }
}
