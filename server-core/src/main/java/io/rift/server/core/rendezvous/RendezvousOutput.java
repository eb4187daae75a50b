package io.rift.server.core.rendezvous;

import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;

/** What the shell shall do, in this order. */
public sealed interface RendezvousOutput {
    /**
     * Send a text message.
     *
     * @param connectionId to whom
     * @param message what
     */
    record Send(long connectionId, RendezvousMessage.FromServer message) implements RendezvousOutput {}

    /**
     * Send a WebSocket ping; {@link RendezvousServer#handlePong} hears the answer.
     *
     * @param connectionId to whom
     */
    record Ping(long connectionId) implements RendezvousOutput {}

    /**
     * Close, after what was sent before. The core has forgotten the connection.
     *
     * @param connectionId whom
     * @param code for the close frame
     * @param reason its wire name is the text of the close frame
     */
    record Close(long connectionId, CloseCode code, RendezvousErrorCode reason) implements RendezvousOutput {}

    /**
     * Count an outcome.
     *
     * @param outcome what was reported
     */
    record Reported(Outcome outcome) implements RendezvousOutput {}
}
