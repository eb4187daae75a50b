package io.rift.peer.core.ice;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;

/** Which addresses can be a candidate at all. Private ones can: peers may share a network. */
final class UsableAddresses {

    private UsableAddresses() {}

    /** Whether a datagram can go there and reach one host. */
    static boolean isUsable(TransportAddress address) {
        return address.port() != 0 && isUsable(address.ip());
    }

    /** Whether this is one host's address that means the same on every interface of ours. */
    static boolean isUsable(IpAddress ip) {
        if (ip.isIpv4()) {
            int first = ip.ipv4() >>> 24;
            return first != 0 && first < 224; // 224/4 is multicast, 240/4 reserved with the limited broadcast
        }
        boolean isUnspecified = ip.high() == 0 && ip.low() == 0;
        boolean isMulticast = ip.high() >>> 56 == 0xFF;
        boolean isLinkLocal = ip.high() >>> 54 == 0xFE80 >>> 6; // needs a zone, which an IpAddress has not
        boolean isMapped = ip.high() == 0 && ip.low() >>> 32 == 0xFFFF; // RFC 8445 section 5.1.1.1: SHOULD NOT
        return !isUnspecified && !isMulticast && !isLinkLocal && !isMapped;
    }

    /** Whether the address never leaves this machine. */
    static boolean isLoopback(IpAddress ip) {
        return ip.isIpv4() ? ip.ipv4() >>> 24 == 127 : ip.high() == 0 && ip.low() == 1;
    }
}
