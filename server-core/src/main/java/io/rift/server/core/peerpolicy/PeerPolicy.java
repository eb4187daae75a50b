package io.rift.server.core.peerpolicy;

import io.rift.protocol.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which peers a TURN client may reach. Special-purpose addresses are refused by a built-in list, so that a relay is no
 * way into its operator's network (SSRF); the operator's allowed blocks are exceptions from that list, and the
 * operator's denied blocks always win. "This host" (0.0.0.0/8 and ::) cannot be allowed.
 *
 * <p>An IPv6 address that carries an IPv4 address is judged by both: IPv4-mapped and NAT64 (64:ff9b::/96) addresses
 * by the IPv4 address inside alone, as they are but other ways to write it; IPv4-compatible, local NAT64
 * (64:ff9b:1::/48), 6to4, Teredo and ISATAP addresses by the address inside as well as by themselves. How long the prefix
 * of a local NAT64 is, nobody can tell from an address: an allowed block there says so by its own length
 * ({@link Rfc6052#of}), and the longest that covers the address counts. One shorter than 48 bits says nothing, and allows
 * none of these addresses.
 *
 * <p>Immutable, and cheap enough to be asked per packet: it allocates nothing.
 */
public final class PeerPolicy {

    /** What the policy says of an address, from good to worst. */
    public enum Verdict {
        /** May be a peer. */
        PERMITTED,
        /** In the built-in list, and no exception of the operator covers it. */
        SPECIAL_PURPOSE,
        /** In a block that the operator denied. */
        DENIED
    }

    /** The most blocks that either list may hold. */
    public static final int MAX_BLOCKS = 10_000;

    private static final AddressRanges SPECIAL_IPV4 = AddressRanges.of(IpAddress.Family.IPV4, SpecialPurpose.BLOCKS);
    private static final AddressRanges SPECIAL_IPV6 = AddressRanges.of(IpAddress.Family.IPV6, SpecialPurpose.BLOCKS);

    private static final long NAT64_HIGH = 0x0064_FF9B_0000_0000L;
    private static final long LOCAL_NAT64_HIGH_48 = 0x0064_FF9B_0001L;
    private static final List<Rfc6052> LOCAL_NAT64_LAYOUTS = List.of(Rfc6052.values());
    private static final long TEREDO_HIGH_32 = 0x2001_0000L;
    private static final long SIX_TO_FOUR_HIGH_16 = 0x2002L;
    private static final long ISATAP_LOW_32 = 0x0000_5EFEL;
    private static final long ISATAP_LOCAL_BIT = 0x0200_0000L;
    private static final long NONE = -1;

    private final AddressRanges allowedIpv4;
    private final AddressRanges allowedIpv6;
    private final AddressRanges deniedIpv4;
    private final AddressRanges deniedIpv6;

    /** What is allowed of 64:ff9b:1::/48, by the layout of its addresses. */
    private final List<AddressRanges> allowedNat64ByLayout;

    private final DeniedPorts deniedPorts;

    private PeerPolicy(List<Cidr> allowed, List<Cidr> denied) {
        allowedIpv4 = AddressRanges.of(IpAddress.Family.IPV4, allowed);
        allowedIpv6 = AddressRanges.of(IpAddress.Family.IPV6, allowed);
        deniedIpv4 = AddressRanges.of(IpAddress.Family.IPV4, denied);
        deniedIpv6 = AddressRanges.of(IpAddress.Family.IPV6, denied);
        allowedNat64ByLayout = LOCAL_NAT64_LAYOUTS.stream()
                .map(layout -> AddressRanges.of(
                        IpAddress.Family.IPV6,
                        allowed.stream()
                                .filter(block ->
                                        isLocalNat64(block.prefix().high()) && Rfc6052.of(block.length()) == layout)
                                .toList()))
                .toList();
        deniedPorts = DeniedPorts.NONE;
    }

    private PeerPolicy(PeerPolicy policy, DeniedPorts deniedPorts) {
        allowedIpv4 = policy.allowedIpv4;
        allowedIpv6 = policy.allowedIpv6;
        deniedIpv4 = policy.deniedIpv4;
        deniedIpv6 = policy.deniedIpv6;
        allowedNat64ByLayout = policy.allowedNat64ByLayout;
        this.deniedPorts = deniedPorts;
    }

    /** The built-in list alone. */
    public static PeerPolicy builtIn() {
        return of(List.of(), List.of());
    }

    /**
     * The built-in list with the operator's lists.
     *
     * @param allowed exceptions from the built-in list
     * @param denied always refused, whatever else holds
     * @throws IllegalArgumentException if a list is longer than {@link #MAX_BLOCKS}
     */
    public static PeerPolicy of(List<Cidr> allowed, List<Cidr> denied) {
        return new PeerPolicy(canonical("allowed", allowed), canonical("denied", denied));
    }

    private static List<Cidr> canonical(String name, List<Cidr> blocks) {
        if (blocks.size() > MAX_BLOCKS) {
            throw new IllegalArgumentException(
                    "at most " + MAX_BLOCKS + " blocks of peers can be " + name + ", not " + blocks.size());
        }
        List<Cidr> canonical = new ArrayList<>(blocks.size());
        for (Cidr block : blocks) {
            boolean mapped = !block.prefix().isIpv4()
                    && block.length() >= 96
                    && isMapped(block.prefix().high(), block.prefix().low());
            canonical.add(
                    mapped ? new Cidr(IpAddress.ofIpv4((int) block.prefix().low()), block.length() - 96) : block);
        }
        return canonical;
    }

    /** The same policy with these ports denied, and no others. */
    public PeerPolicy denying(DeniedPorts ports) {
        return new PeerPolicy(this, ports);
    }

    /** Whether no peer may have this port. */
    public boolean deniesPort(int port) {
        return deniedPorts.contains(port);
    }

    /** Whether the address may be a peer. */
    public boolean permits(IpAddress ip) {
        return verdict(ip) == Verdict.PERMITTED;
    }

    /** Whether the operator denied the address, in this or in another way of writing it. */
    public boolean denies(IpAddress ip) {
        return verdict(ip) == Verdict.DENIED;
    }

    /**
     * Whether an IPv6 address carries one of these IPv4 addresses, as the class's description lists them. That of a local
     * NAT64 which is not allowed carries none that anybody knew of. It makes no object.
     *
     * @param ipv4 is asked about the 32 bits of the IPv4 address inside
     */
    public boolean carries(IpAddress ip, IntPredicate ipv4) {
        if (ip.isIpv4()) {
            return false;
        }
        if (isLocalNat64(ip.high())) {
            Rfc6052 layout = allowedLayout(ip.high(), ip.low());
            return layout != null && ipv4.test((int) layout.ipv4Inside(ip.high(), ip.low()));
        }
        long inside = embeddedIpv4(ip.high(), ip.low());
        return inside != NONE && ipv4.test((int) inside);
    }

    /** Whether this is an IPv6 address of ::ffff:0:0/96, RFC 4291 section 2.5.5.2. */
    public static boolean isIpv4Mapped(IpAddress ip) {
        return !ip.isIpv4() && isMapped(ip.high(), ip.low());
    }

    /** The verdict on an address. */
    public Verdict verdict(IpAddress ip) {
        return switch (ip.family()) {
            case IPV4 -> verdictOnIpv4(ip.low());
            case IPV6 -> verdictOnIpv6(ip.high(), ip.low());
        };
    }

    private Verdict verdictOnIpv4(long address) {
        if (deniedIpv4.contains(0, address)) {
            return Verdict.DENIED;
        }
        return SPECIAL_IPV4.contains(0, address) && (isThisHost(address) || !allowedIpv4.contains(0, address))
                ? Verdict.SPECIAL_PURPOSE
                : Verdict.PERMITTED;
    }

    private Verdict verdictOnIpv6(long high, long low) {
        if (deniedIpv6.contains(high, low)) {
            return Verdict.DENIED;
        }
        Verdict onInside = isLocalNat64(high) ? verdictOnLocalNat64(high, low) : verdictOnInside(high, low);
        if (onInside != Verdict.PERMITTED || isMapped(high, low) || isNat64(high, low)) {
            return onInside;
        }
        return SPECIAL_IPV6.contains(high, low) && (isUnspecified(high, low) || !allowedIpv6.contains(high, low))
                ? Verdict.SPECIAL_PURPOSE
                : Verdict.PERMITTED;
    }

    private Verdict verdictOnInside(long high, long low) {
        long inside = embeddedIpv4(high, low);
        return inside == NONE ? Verdict.PERMITTED : verdictOnIpv4(inside);
    }

    /** By what its translator makes of it; without one that is allowed, by whether any could make a denied address of it. */
    private Verdict verdictOnLocalNat64(long high, long low) {
        Rfc6052 allowed = allowedLayout(high, low);
        if (allowed != null) {
            return verdictOnIpv4(allowed.ipv4Inside(high, low));
        }
        for (int i = 0; i < LOCAL_NAT64_LAYOUTS.size(); i++) {
            if (deniedIpv4.contains(0, LOCAL_NAT64_LAYOUTS.get(i).ipv4Inside(high, low))) {
                return Verdict.DENIED;
            }
        }
        return Verdict.SPECIAL_PURPOSE;
    }

    /** The layout that the longest allowed block around a local NAT64's address stands for; null if there is none. */
    private @Nullable Rfc6052 allowedLayout(long high, long low) {
        for (int i = LOCAL_NAT64_LAYOUTS.size() - 1; i >= 0; i--) {
            if (allowedNat64ByLayout.get(i).contains(high, low)) {
                return LOCAL_NAT64_LAYOUTS.get(i);
            }
        }
        return null;
    }

    /** 0.0.0.0/8, RFC 1122 section 3.2.1.3: to send there is to send to oneself. */
    private static boolean isThisHost(long address) {
        return address >>> 24 == 0;
    }

    private static boolean isUnspecified(long high, long low) {
        return high == 0 && low == 0;
    }

    private static boolean isMapped(long high, long low) {
        return high == 0 && low >>> 32 == 0xFFFFL;
    }

    private static boolean isNat64(long high, long low) {
        return high == NAT64_HIGH && low >>> 32 == 0;
    }

    private static boolean isLocalNat64(long high) {
        return high >>> 16 == LOCAL_NAT64_HIGH_48; // RFC 8215
    }

    /** The IPv4 address inside an IPv6 address that is none of a local NAT64, or NONE. */
    private static long embeddedIpv4(long high, long low) {
        if (high >>> 48 == SIX_TO_FOUR_HIGH_16) {
            return high >>> 16 & 0xFFFF_FFFFL; // RFC 3056 section 2
        }
        if (high >>> 32 == TEREDO_HIGH_32) {
            return ~low & 0xFFFF_FFFFL; // RFC 4380 section 4: the client's address, inverted
        }
        boolean lowestBits = isMapped(high, low)
                || isNat64(high, low)
                || (high == 0 && low >>> 32 == 0 && low > 1) // RFC 4291 section 2.5.5.1, deprecated
                || (low >>> 32 & ~ISATAP_LOCAL_BIT) == ISATAP_LOW_32; // RFC 5214 section 6.1
        return lowestBits ? low & 0xFFFF_FFFFL : NONE;
    }
}
