package io.rift.server.core.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.NOT_ALLOWED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.PEER_OFFLINE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.PEER_REFUSED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.SESSION_EXISTS;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_MANY_SESSIONS;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_SESSION;

import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who talks to whom about what. A session is known to its two parties only: to everybody else, and for every wrong
 * move of a party that could tell something, the answer is that there is no such session.
 */
final class Sessions {
    private final RendezvousLimits limits;
    private final Deadlines deadlines;
    private final Outbox outbox;
    private final Map<SessionId, Session> sessionById = new HashMap<>();
    private long introductions;

    Sessions(RendezvousLimits limits, Deadlines deadlines, Outbox outbox) {
        this.limits = limits;
        this.deadlines = deadlines;
        this.outbox = outbox;
    }

    /** The caller wants to reach the peer at {@code callee}, {@code null} when it is not signed in. */
    void connect(Connection caller, @Nullable Connection callee, Connect connect, long nowNanos) {
        SessionId id = connect.ice().session();
        if (callee == null) {
            outbox.refuse(caller, PEER_OFFLINE, "the peer is not signed in here", id);
        } else if (callee == caller) {
            outbox.refuse(caller, NOT_ALLOWED, "a peer does not call itself", id);
        } else if (sessionById.containsKey(id)) {
            outbox.refuse(caller, SESSION_EXISTS, "draw a fresh session for each attempt", id);
        } else if (isFull(caller, callee)) {
            outbox.refuse(caller, TOO_MANY_SESSIONS, "end some sessions or wait", id);
        } else {
            Session session = new Session(id, caller, callee, limits, nowNanos);
            caller.callsById.put(id, session);
            callee.incomingById.put(id, session);
            sessionById.put(id, session);
            deadlines.set(session);
            introductions++;
            outbox.send(callee, new Incoming(caller.peerId(), connect.ice()));
        }
    }

    private boolean isFull(Connection caller, Connection callee) {
        long between = caller.callsById.values().stream()
                .filter(session -> session.callee == callee)
                .count();
        return caller.callsById.size() >= limits.maxCallsPerPeer()
                || callee.incomingById.size() >= limits.maxCallsToPeer()
                || between >= limits.maxSessionsPerPair();
    }

    void iceCandidates(Connection from, IceCandidates candidates, long nowNanos) {
        Session session = open(from, candidates.session());
        if (session != null) {
            session.active(nowNanos);
            outbox.send(session.other(from), candidates);
        }
    }

    void refuse(Connection from, Refuse refuse) {
        Session session = open(from, refuse.session());
        if (session == null) {
            return;
        }
        if (from != session.callee) {
            outbox.refuse(from, NOT_ALLOWED, "only the called peer refuses; the caller ends", session.id);
            return;
        }
        forget(session);
        outbox.refuse(session.caller, PEER_REFUSED, refuse.reason().wireName(), session.id);
    }

    void end(Connection from, End end) {
        Session session = known(from, end.session());
        if (session == null) {
            return;
        }
        if (session.state == Session.State.OPEN) {
            outbox.send(session.other(from), end);
        }
        leave(from, session);
    }

    void report(Connection from, Report report) {
        Session session = known(from, report.session());
        if (session == null) {
            return;
        }
        if (from != session.caller || session.reported) {
            outbox.refuse(from, NOT_ALLOWED, "the calling peer reports a session once", session.id);
            return;
        }
        session.reported = true;
        outbox.report(new Outcome(report.path(), report.localNat(), report.remoteNat(), report.millis()));
        if (session.state == Session.State.ENDED) {
            forget(session);
        }
    }

    /** A connection is gone: whoever it had sessions with hears that no more candidates will come. */
    void disconnected(Connection gone) {
        List<Session> sessions = new ArrayList<>(gone.callsById.values());
        sessions.addAll(gone.incomingById.values());
        for (Session session : sessions) {
            if (session.state == Session.State.OPEN) {
                outbox.refuse(session.other(gone), PEER_OFFLINE, "the peer left", session.id);
            }
            leave(gone, session);
        }
    }

    /** Nothing happened in it for too long, or nothing more will. */
    void forget(Session session) {
        deadlines.cancel(session);
        sessionById.remove(session.id);
        session.caller.callsById.remove(session.id);
        session.callee.incomingById.remove(session.id);
    }

    void clear() {
        sessionById.values().forEach(deadlines::cancel);
        sessionById.clear();
    }

    /** How many calls reached the called peer. */
    long introductions() {
        return introductions;
    }

    int size() {
        return sessionById.size();
    }

    /** After the caller nobody needs the session; after the callee the caller may still want to report it. */
    private void leave(Connection party, Session session) {
        if (party == session.caller || session.reported) {
            forget(session);
        } else {
            session.state = Session.State.ENDED;
            session.callee.incomingById.remove(session.id);
        }
    }

    private @Nullable Session open(Connection party, SessionId id) {
        Session session = known(party, id);
        if (session != null && session.state == Session.State.ENDED) {
            outbox.refuse(party, UNKNOWN_SESSION, "the session is over", id);
            return null;
        }
        return session;
    }

    private @Nullable Session known(Connection party, SessionId id) {
        Session session = sessionById.get(id);
        if (session == null || !session.isBetween(party)) {
            outbox.refuse(party, UNKNOWN_SESSION, "no such session", id);
            return null;
        }
        return session;
    }
}
