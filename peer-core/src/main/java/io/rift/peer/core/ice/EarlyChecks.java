package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks that came before the peer's description did. They were answered at once, for which our own password is
 * enough (RFC 8445 section 7.3), but what they trigger has to wait for the peer's.
 */
final class EarlyChecks {

    /** More sources than these cannot be remembered; the peer checks again anyway. */
    static final int MAX_CHECKS = 16;

    /** A check to act on later. */
    record EarlyCheck(
            TransportAddress base, TransportAddress from, long priority, boolean useCandidate, String remoteFragment) {}

    private record Key(TransportAddress base, TransportAddress from) {}

    private final Map<Key, EarlyCheck> checkByPath = new LinkedHashMap<>();

    /** False when there is no room. */
    boolean add(EarlyCheck check) {
        Key key = new Key(check.base(), check.from());
        if (checkByPath.size() >= MAX_CHECKS && !checkByPath.containsKey(key)) {
            return false;
        }
        checkByPath.put(key, check);
        return true;
    }

    /** Takes out those of the peer that has this fragment; the others were somebody else's and are gone. */
    List<EarlyCheck> take(String remoteFragment) {
        List<EarlyCheck> checks = checkByPath.values().stream()
                .filter(check -> check.remoteFragment().equals(remoteFragment))
                .toList();
        checkByPath.clear();
        return checks;
    }
}
