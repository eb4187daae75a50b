package io.rift.peer.core.secure;

import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;

/**
 * An authentic payload that was not received before.
 *
 * @param kind of the payload
 * @param innerType what the body is, 0 to 255; the layer above defines the numbers for each kind
 * @param sequence its number among the packets of this kind and direction; gaps and disorder are normal
 * @param timestamp media time of a voice payload, else 0
 * @param body without padding, from position to limit
 */
public record OpenedPayload(PayloadKind kind, int innerType, long sequence, int timestamp, ByteBuffer body) {

    /** The body as an array of its own. */
    public byte[] bodyBytes() {
        byte[] bytes = new byte[body.remaining()];
        body.get(body.position(), bytes);
        return bytes;
    }
}
