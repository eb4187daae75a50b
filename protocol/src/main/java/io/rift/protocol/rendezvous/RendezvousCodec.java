package io.rift.protocol.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.MALFORMED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_LARGE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_TYPE;

import io.rift.protocol.rendezvous.RendezvousMessage.FromClient;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Messages to JSON text and back.
 *
 * <p>Unknown fields are ignored, so that fields can be added; a field that appears twice, a number that is a string or
 * text behind the object is not. Decoding never throws, whatever the text.
 */
public final class RendezvousCodec {
    private RendezvousCodec() {}

    /** The JSON text; never longer than {@link RendezvousProtocol#MAX_MESSAGE_BYTES}. */
    public static String encode(RendezvousMessage message) {
        return MessageWriter.write(message);
    }

    /** What a server makes of a text that a client sent. */
    public static Decoded<FromClient> decodeFromClient(String text) {
        return decode(text, MessageReader::fromClient);
    }

    /** What a client makes of a text that a server sent. */
    public static Decoded<FromServer> decodeFromServer(String text) {
        return decode(text, MessageReader::fromServer);
    }

    /** Whether {@code text} takes more than {@link RendezvousProtocol#MAX_MESSAGE_BYTES} in UTF-8. */
    public static boolean isTooLarge(String text) {
        int max = RendezvousProtocol.MAX_MESSAGE_BYTES;
        if (text.length() > max) {
            return true;
        }
        int bytes = text.length();
        for (int i = 0; i < text.length() && bytes <= max; i++) {
            char c = text.charAt(i);
            if (c >= 0x800 && !Character.isSurrogate(c)) {
                bytes += 2;
            } else if (c >= 0x80) {
                bytes++; // half of a surrogate pair, or two octets
            }
        }
        return bytes > max;
    }

    private static <M extends RendezvousMessage> Decoded<M> decode(
            String text, Function<JsonFields, @Nullable M> reader) {
        if (isTooLarge(text)) {
            return new Decoded.Rejected<>(
                    TOO_LARGE, "a message has at most " + RendezvousProtocol.MAX_MESSAGE_BYTES + " octets", null);
        }
        JsonFields fields;
        try {
            fields = JsonFields.read(text);
        } catch (JacksonException e) {
            return new Decoded.Rejected<>(MALFORMED, "not one JSON object", null);
        } catch (IllegalArgumentException e) {
            return new Decoded.Rejected<>(MALFORMED, reason(e), null);
        }
        try {
            M message = reader.apply(fields);
            return message == null
                    ? new Decoded.Rejected<>(UNKNOWN_TYPE, "no such message type here", fields.sessionIfAny())
                    : new Decoded.Message<>(message);
        } catch (IllegalArgumentException e) {
            return new Decoded.Rejected<>(MALFORMED, reason(e), fields.sessionIfAny());
        }
    }

    private static String reason(IllegalArgumentException e) {
        return Objects.requireNonNullElse(e.getMessage(), "malformed");
    }
}
