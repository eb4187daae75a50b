package io.rift.server.core.rendezvous;

import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.SessionId;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What the shell has yet to do. Drained after every input, so it holds what one input can cause and no more. */
final class Outbox {
    private final Queue<RendezvousOutput> outputs = new ArrayDeque<>();
    private final Map<RendezvousErrorCode, Long> errorsByCode = new EnumMap<>(RendezvousErrorCode.class);

    void send(Connection to, RendezvousMessage.FromServer message) {
        outputs.add(new RendezvousOutput.Send(to.id, message));
    }

    void refuse(Connection to, RendezvousErrorCode code, String reason, @Nullable SessionId session) {
        refuse(to.id, code, reason, session);
    }

    void refuse(long connectionId, RendezvousErrorCode code, String reason, @Nullable SessionId session) {
        errorsByCode.merge(code, 1L, Long::sum);
        outputs.add(new RendezvousOutput.Send(connectionId, new ErrorMessage(code, reason, session)));
    }

    void ping(Connection to) {
        outputs.add(new RendezvousOutput.Ping(to.id));
    }

    void close(long connectionId, CloseCode code, RendezvousErrorCode reason) {
        outputs.add(new RendezvousOutput.Close(connectionId, code, reason));
    }

    void report(Outcome outcome) {
        outputs.add(new RendezvousOutput.Reported(outcome));
    }

    @Nullable RendezvousOutput poll() {
        return outputs.poll();
    }

    /** How many errors were sent; a code that was never sent is absent. */
    Map<RendezvousErrorCode, Long> errorsByCode() {
        return errorsByCode;
    }
}
