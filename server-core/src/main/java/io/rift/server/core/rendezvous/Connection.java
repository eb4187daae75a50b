package io.rift.server.core.rendezvous;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.quota.TokenBucket;
import io.rift.server.core.rendezvous.Announcements.Announcement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One WebSocket, from its challenge to its end. */
final class Connection extends Deadlines.Subject {
    final long id;

    /** IPv4 address or IPv6 /64, for {@link Admission}. */
    final IpAddress origin;

    final Announcement announcement;

    /** Used once: nothing reads it after the first message. */
    final Octets serverNonce;

    final TokenBucket messages;
    final TokenBucket connects;

    /** Credit for misbehaviour; when it is used up the connection is closed. */
    final TokenBucket tolerance;

    /** Sessions that this peer opened, until they are reported, ended or forgotten. */
    final Map<SessionId, Session> callsById = new LinkedHashMap<>();

    /** Open sessions that others opened to this peer. */
    final Map<SessionId, Session> incomingById = new LinkedHashMap<>();

    private final RendezvousLimits limits;
    private final long connectedNanos;
    private long heardNanos;
    private long pingedNanos;
    private @Nullable PeerId peerId;

    Connection(
            long id,
            IpAddress origin,
            Announcement announcement,
            Octets serverNonce,
            RendezvousLimits limits,
            long nowNanos) {
        this.id = id;
        this.origin = origin;
        this.announcement = announcement;
        this.serverNonce = serverNonce;
        this.limits = limits;
        this.messages = new TokenBucket(limits.messageBurst(), limits.messagesPerSecond());
        this.connects = new TokenBucket(limits.connectBurst(), limits.connectsPerSecond());
        this.tolerance = new TokenBucket(limits.floodTolerance(), 1);
        this.connectedNanos = nowNanos;
        this.heardNanos = nowNanos;
        this.pingedNanos = nowNanos;
    }

    boolean isSignedIn() {
        return peerId != null;
    }

    /** Who this is; only once signed in. */
    PeerId peerId() {
        if (peerId == null) {
            throw new IllegalStateException("connection " + id + " is not signed in");
        }
        return peerId;
    }

    void signedIn(PeerId as, long nowNanos) {
        peerId = as;
        pingedNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    void pinged(long nowNanos) {
        pingedNanos = nowNanos;
    }

    boolean isOverdue(long nowNanos) {
        return nowNanos - endNanos() >= 0;
    }

    @Override
    long dueNanos() {
        long endNanos = endNanos();
        if (!isSignedIn()) {
            return endNanos;
        }
        long latestNanos = pingedNanos - heardNanos > 0 ? pingedNanos : heardNanos;
        long pingNanos = latestNanos + limits.pingInterval().toNanos();
        return pingNanos - endNanos < 0 ? pingNanos : endNanos;
    }

    private long endNanos() {
        return isSignedIn()
                ? heardNanos + limits.idleTimeout().toNanos()
                : connectedNanos + limits.authenticationTimeout().toNanos();
    }
}
