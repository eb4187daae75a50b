package io.rift.server.admin;

import io.rift.protocol.IpAddress;
import io.rift.server.core.quota.TokenBucket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets in who has the token, always: whoever shares the operator's address cannot keep the operator out. What keeps a
 * guesser out is the length of the token; one that sends many wrong ones is told to slow down.
 */
public final class AdminGate {

    /** Wrong tokens that an address may send at once; it may send one a second after that. */
    static final int BURST = 10;

    /** Addresses that are remembered; beyond it the eldest is forgotten. */
    static final int MAX_ADDRESSES = 1_024;

    private static final String SCHEME = "Bearer ";

    /** How a request is received. */
    enum Verdict {
        ADMITTED,
        /** No token, or a wrong one. */
        REFUSED,
        /** Too many wrong ones from this address lately. */
        SLOWED
    }

    private final byte[] token;
    private final AtomicLong refused = new AtomicLong();
    private final Map<IpAddress, TokenBucket> triesByOrigin = new LinkedHashMap<>();

    /** A gate that nobody has tried. */
    public AdminGate(String token) {
        this.token = bytes(token);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Judges a request.
     *
     * @param address where it came from
     * @param authorization the header of that name
     */
    synchronized Verdict judge(IpAddress address, @Nullable String authorization, long nowNanos) {
        if (authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(token, bytes(authorization.substring(SCHEME.length())))) {
            return Verdict.ADMITTED;
        }
        refused.incrementAndGet();
        // An IPv6 host has a /64 to itself.
        IpAddress origin = address.isIpv4() ? address : IpAddress.ofIpv6(address.high(), 0);
        TokenBucket tries = triesByOrigin.get(origin);
        if (tries == null) {
            if (triesByOrigin.size() == MAX_ADDRESSES) {
                triesByOrigin.remove(triesByOrigin.keySet().iterator().next());
            }
            tries = new TokenBucket(BURST, 1);
            triesByOrigin.put(origin, tries);
        }
        if (!tries.covers(1, nowNanos)) {
            return Verdict.SLOWED;
        }
        tries.take(1, nowNanos);
        return Verdict.REFUSED;
    }

    /** Requests without the right token. */
    public long refused() {
        return refused.get();
    }
}
