package io.rift.peer.core.session;

import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.SessionId;
import java.util.List;

/** What comes from the rendezvous server, handed to whom it is for: the sign-in, the calls, or the TURN servers. */
final class RendezvousInputs {
    private final EndpointConfig config;
    private final SignIn signIn;
    private final Calls calls;
    private final LocalTransport transport;
    private final Outbox outbox;

    RendezvousInputs(EndpointConfig config, SignIn signIn, Calls calls, LocalTransport transport, Outbox outbox) {
        this.config = config;
        this.signIn = signIn;
        this.calls = calls;
        this.transport = transport;
        this.outbox = outbox;
    }

    void connected(long nowNanos) {
        signIn.connected(nowNanos);
    }

    void disconnected(long nowNanos) {
        signIn.disconnected();
        calls.signedOut(nowNanos);
    }

    void heard(long nowNanos) {
        signIn.heard(nowNanos);
    }

    /**
     * A message.
     *
     * @param stopping whether offers come too late
     */
    void handle(RendezvousMessage.FromServer message, boolean stopping, long nowNanos) {
        signIn.heard(nowNanos);
        switch (message) {
            case RendezvousMessage.Challenge challenge -> signIn.handle(challenge);
            case RendezvousMessage.Welcome welcome -> handle(welcome, nowNanos);
            case RendezvousMessage.Credentials credentials -> {
                signIn.credentials(credentials.turnServers(), nowNanos);
                useTurnServers(SignIn.turnServers(credentials.turnServers()), nowNanos);
            }
            case RendezvousMessage.Incoming incoming -> calls.handle(incoming, stopping, nowNanos);
            case RendezvousMessage.IceCandidates candidates -> calls.handle(candidates, nowNanos);
            case RendezvousMessage.End end -> calls.handle(end, nowNanos);
            case RendezvousMessage.ErrorMessage error -> {
                SessionId session = error.session();
                if (session == null) {
                    signIn.handle(error);
                } else {
                    calls.handle(error, session);
                }
            }
        }
    }

    private void handle(RendezvousMessage.Welcome welcome, long nowNanos) {
        if (!signIn.handle(welcome, nowNanos)) {
            return;
        }
        EndpointConfig.IceServers own = config.iceServers();
        useTurnServers(SignIn.turnServers(welcome.turnServers()), nowNanos);
        transport.gather(own == null ? welcome.stunServers() : own.stun(), nowNanos);
        calls.signedIn(nowNanos);
        outbox.tell(new EndpointOutput.SignedIn());
    }

    private void useTurnServers(List<EndpointConfig.Turn> announced, long nowNanos) {
        EndpointConfig.IceServers own = config.iceServers();
        transport.relay().servers(own == null ? announced : own.turn(), nowNanos);
    }
}
