package io.rift.peer.core.secure;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much asymmetric work and half-open state others can cause, over all handshakes of one peer. Only messages sealed
 * with an introduction key count, so a stranger on the path cannot use up what an honest peer needs.
 */
public final class HandshakeLimits {

    /** Places of handshakes that answered a KeyInit and wait for its KeyConfirm. There is at most one for each peer. */
    public static final int MAX_HALF_OPEN = 256;

    /** KeyInit a second from one peer. */
    public static final int MAX_PER_PEER = 5;

    /** KeyInit a second from one address. */
    public static final int MAX_PER_ADDRESS = 20;

    private final Rate<PeerId> peerRate = new Rate<>(MAX_PER_PEER);
    private final Rate<IpAddress> addressRate = new Rate<>(MAX_PER_ADDRESS);
    private final Map<PeerId, Handshake> halfOpenByPeer = new LinkedHashMap<>();

    /** No limits used yet. */
    public HandshakeLimits() {}

    /** Handshakes that are half open now. */
    public int halfOpen() {
        return halfOpenByPeer.size();
    }

    /** Whether one more KeyInit may be verified. */
    boolean admit(PeerId peer, IpAddress source, long nowNanos) {
        return addressRate.admit(source, nowNanos) && peerRate.admit(peer, nowNanos);
    }

    /**
     * Gives a handshake the peer's place among those that are half open. The peer proved that it made a new KeyInit, so
     * an older handshake of the same peer loses its place: after a restart a peer does not wait for its own past. It
     * loses nothing else, and an authentic KeyConfirm still establishes it: a peer may connect twice at once. How many
     * of these there are is bounded where offers are taken.
     *
     * @return whether there was a place
     */
    boolean open(PeerId peer, Handshake handshake) {
        if (halfOpenByPeer.size() >= MAX_HALF_OPEN && !halfOpenByPeer.containsKey(peer)) {
            return false;
        }
        halfOpenByPeer.put(peer, handshake);
        return true;
    }

    void close(PeerId peer, Handshake handshake) {
        halfOpenByPeer.remove(peer, handshake);
    }

    /** A rate for each key, with bursts of one second's worth (the generic cell rate algorithm). */
    private static final class Rate<K> {
        private static final int MAX_KEYS = 1024;

        private final long intervalNanos;
        private final long burstNanos;
        private final Map<K, Long> emptyAtNanosByKey = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Long> eldest) {
                return size() > MAX_KEYS;
            }
        };

        Rate(int perSecond) {
            this.intervalNanos = SECONDS.toNanos(1) / perSecond;
            this.burstNanos = SECONDS.toNanos(1);
        }

        boolean admit(K key, long nowNanos) {
            Long emptyAtNanos = emptyAtNanosByKey.get(key);
            long backlogNanos = emptyAtNanos == null ? 0 : Math.max(0, emptyAtNanos - nowNanos);
            if (backlogNanos + intervalNanos > burstNanos) {
                return false;
            }
            emptyAtNanosByKey.put(key, nowNanos + backlogNanos + intervalNanos);
            return true;
        }
    }
}
