package io.rift.protocol.rendezvous;

import org.jspecify.annotations.Nullable;

/**
 * What became of a text.
 *
 * @param <M> the direction: {@link RendezvousMessage.FromClient} or {@link RendezvousMessage.FromServer}
 */
public sealed interface Decoded<M extends RendezvousMessage> {
    /**
     * A message within all bounds.
     *
     * @param <M> the direction
     * @param value the message
     */
    record Message<M extends RendezvousMessage>(M value) implements Decoded<M> {}

    /**
     * No message.
     *
     * @param <M> the direction
     * @param code {@code MALFORMED}, {@code TOO_LARGE} or {@code UNKNOWN_TYPE}
     * @param reason for a developer; never quotes the input
     * @param session the session that the text named, when it could be read
     */
    record Rejected<M extends RendezvousMessage>(
            RendezvousErrorCode code,
            String reason,
            @Nullable SessionId session) implements Decoded<M> {}
}
