package io.rift.server.core.peerpolicy;

import org.jspecify.annotations.Nullable;

/**
 * Where RFC 6052 section 2.2 puts an IPv4 address behind a prefix of so many bits: those that a /48 has room for. Bits 64
 * to 71, the octet "u", are left out of it. What follows it is to be zero, but a translator need not look.
 */
enum Rfc6052 {
    AFTER_48(48) {
        @Override
        long ipv4Inside(long high, long low) {
            return (high & 0xFFFF) << 16 | (low >>> 40 & 0xFFFF);
        }
    },
    AFTER_56(56) {
        @Override
        long ipv4Inside(long high, long low) {
            return (high & 0xFF) << 24 | (low >>> 32 & 0xFF_FFFF);
        }
    },
    AFTER_64(64) {
        @Override
        long ipv4Inside(long high, long low) {
            return low >>> 24 & 0xFFFF_FFFFL;
        }
    },
    AFTER_96(96) {
        @Override
        long ipv4Inside(long high, long low) {
            return low & 0xFFFF_FFFFL;
        }
    };

    private final int prefixBits;

    Rfc6052(int prefixBits) {
        this.prefixBits = prefixBits;
    }

    /**
     * The layout behind a prefix of so many bits, or the next longer one that there is; behind more than 96 that of 96. Null
     * for fewer than 48.
     */
    static @Nullable Rfc6052 of(int prefixBits) {
        if (prefixBits < AFTER_48.prefixBits) {
            return null;
        }
        for (Rfc6052 layout : values()) {
            if (prefixBits <= layout.prefixBits) {
                return layout;
            }
        }
        return AFTER_96;
    }

    /** The IPv4 address in the halves of an IPv6 address. */
    abstract long ipv4Inside(long high, long low);
}
