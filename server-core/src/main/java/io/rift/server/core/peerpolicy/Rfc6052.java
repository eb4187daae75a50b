package io.rift.server.core.peerpolicy;

/**
 * Where RFC 6052 section 2.2 puts an IPv4 address behind a prefix of so many bits: those that a /48 has room for. Bits 64
 * to 71, the octet "u", are left out of it. What follows it is to be zero, but a translator need not look.
 */
enum Rfc6052 {
    AFTER_48 {
        @Override
        long ipv4Inside(long high, long low) {
            return (high & 0xFFFF) << 16 | (low >>> 40 & 0xFFFF);
        }
    },
    AFTER_56 {
        @Override
        long ipv4Inside(long high, long low) {
            return (high & 0xFF) << 24 | (low >>> 32 & 0xFF_FFFF);
        }
    },
    AFTER_64 {
        @Override
        long ipv4Inside(long high, long low) {
            return low >>> 24 & 0xFFFF_FFFFL;
        }
    },
    AFTER_96 {
        @Override
        long ipv4Inside(long high, long low) {
            return low & 0xFFFF_FFFFL;
        }
    };

    /** The IPv4 address in the halves of an IPv6 address. */
    abstract long ipv4Inside(long high, long low);
}
