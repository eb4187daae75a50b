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
 * Lets in who has the token. Who does not may try a few times, then once a second: until then its address is sent away
 * unheard, so that guessing is slow; other addresses are not affected.
 */
public final class AdminGate {

    /** Wrong tokens that an address may send at once. */
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
    private final Map<IpAddress, TokenBucket> triesByAddress = new LinkedHashMap<>();

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
        TokenBucket tries = triesByAddress.get(address);
        if (tries != null && !tries.covers(1, nowNanos)) {
            refused.incrementAndGet();
            return Verdict.SLOWED;
        }
        if (authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(token, bytes(authorization.substring(SCHEME.length())))) {
            return Verdict.ADMITTED;
        }
        if (tries == null) {
            if (triesByAddress.size() == MAX_ADDRESSES) {
                triesByAddress.remove(triesByAddress.keySet().iterator().next());
            }
            tries = new TokenBucket(BURST, 1);
            triesByAddress.put(address, tries);
        }
        tries.take(1, nowNanos);
        refused.incrementAndGet();
        return Verdict.REFUSED;
    }

    /** Requests without the right token. */
    public long refused() {
        return refused.get();
    }
}
