package io.rift.protocol.stun;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of RFC 8489 and of ICE (RFC 8445). Lengths are those of the RFCs: 513 bytes for USERNAME, 763 bytes
 * (fewer than 128 characters) for REALM, NONCE, SOFTWARE and the reason phrase. Those of RFC 5780 are in
 * {@link DiscoveryAttributes}.
 */
public final class StunAttributes {
    /** The longest that ICE makes of two fragments; RFC 8489 section 14.3 gives servers' own names 508. */
    private static final int MAX_USERNAME_BYTES = 513;

    static final int MAX_TEXT_BYTES = 763;
    private static final int MAX_DOMAIN_BYTES = 255;
    /** The most types that an UNKNOWN-ATTRIBUTES may list; a longer one is malformed. */
    public static final int MAX_UNKNOWN_ATTRIBUTES = 64;

    public static final StunAttribute<TransportAddress> MAPPED_ADDRESS = AddressCodec.plain(0x0001, "MAPPED-ADDRESS");
    public static final StunAttribute<String> USERNAME = text(0x0006, "USERNAME", MAX_USERNAME_BYTES);
    public static final StunAttribute<ErrorCode> ERROR_CODE =
            StunAttribute.of(0x0009, "ERROR-CODE", StunAttributes::readErrorCode, StunAttributes::writeErrorCode);
    public static final StunAttribute<List<Integer>> UNKNOWN_ATTRIBUTES =
            StunAttribute.of(0x000A, "UNKNOWN-ATTRIBUTES", StunAttributes::readTypes, StunAttributes::writeTypes);
    public static final StunAttribute<String> REALM = text(0x0014, "REALM", MAX_TEXT_BYTES);
    public static final StunAttribute<byte[]> NONCE =
            StunAttribute.opaque(0x0015, "NONCE", length -> length <= MAX_TEXT_BYTES);
    public static final StunAttribute<TransportAddress> XOR_MAPPED_ADDRESS =
            AddressCodec.xor(0x0020, "XOR-MAPPED-ADDRESS");
    public static final StunAttribute<String> SOFTWARE = text(0x8022, "SOFTWARE", MAX_TEXT_BYTES);

    /** What the client computes its key with; RFC 8489 section 14.12. */
    public static final StunAttribute<PasswordAlgorithm> PASSWORD_ALGORITHM = StunAttribute.of(
            0x001D,
            "PASSWORD-ALGORITHM",
            (value, id) -> PasswordAlgorithm.readOne(value),
            (out, value, id) -> value.write(out));

    /** SHA-256 over user name and realm, {@link StunKeys#userhash}; RFC 8489 section 14.4. */
    public static final StunAttribute<byte[]> USERHASH =
            StunAttribute.opaque(0x001E, "USERHASH", length -> length == StunKeys.USERHASH_BYTES);

    /** What the server offers, preferred first; RFC 8489 section 14.11. */
    public static final StunAttribute<List<PasswordAlgorithm>> PASSWORD_ALGORITHMS = StunAttribute.of(
            0x8002,
            "PASSWORD-ALGORITHMS",
            (value, id) -> PasswordAlgorithm.readList(value),
            (out, value, id) -> PasswordAlgorithm.writeList(out, value));

    /** The DNS name behind ALTERNATE-SERVER, at most 255 bytes; RFC 8489 section 14.16. */
    public static final StunAttribute<String> ALTERNATE_DOMAIN = text(0x8003, "ALTERNATE-DOMAIN", MAX_DOMAIN_BYTES);

    /** RFC 8489 section 14.15. */
    public static final StunAttribute<TransportAddress> ALTERNATE_SERVER =
            AddressCodec.plain(0x8023, "ALTERNATE-SERVER");

    /** RFC 8445 section 16.1. An unsigned 32-bit priority. */
    public static final StunAttribute<Long> PRIORITY = unsigned32(0x0024, "PRIORITY");

    public static final StunAttribute<Boolean> USE_CANDIDATE = StunAttribute.flag(0x0025, "USE-CANDIDATE");

    /** The tie-breaker, an unsigned 64-bit number. */
    public static final StunAttribute<Long> ICE_CONTROLLED = tieBreaker(0x8029, "ICE-CONTROLLED");

    /** The tie-breaker, an unsigned 64-bit number. */
    public static final StunAttribute<Long> ICE_CONTROLLING = tieBreaker(0x802A, "ICE-CONTROLLING");

    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int MESSAGE_INTEGRITY_SHA256 = 0x001C;
    static final int FINGERPRINT = 0x8028;

    private StunAttributes() {}

    /** An attribute of an unsigned 32-bit number. */
    public static StunAttribute<Long> unsigned32(int type, String name) {
        return StunAttribute.of(
                type,
                name,
                (value, id) -> value.remaining() == 4 ? Integer.toUnsignedLong(value.getInt()) : null,
                (out, value, id) -> out.putInt((int) (long) value));
    }

    private static StunAttribute<Long> tieBreaker(int type, String name) {
        return StunAttribute.of(
                type,
                name,
                (value, id) -> value.remaining() == 8 ? value.getLong() : null,
                (out, value, id) -> out.putLong(value));
    }

    private static StunAttribute<String> text(int type, String name, int maxBytes) {
        // RFC 8489 section 14.3: an implementation "MUST be able to parse a UTF-8-encoded sequence of 763 or fewer
        // bytes to be compatible with RFC 5389", also of what it may not write that long.
        int maxReadBytes = Math.max(maxBytes, MAX_TEXT_BYTES);
        return StunAttribute.of(type, name, (value, id) -> utf8(value, maxReadBytes), (out, value, id) -> {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            if (bytes.length > maxBytes) {
                throw new IllegalArgumentException(name + " has at most " + maxBytes + " bytes, not " + bytes.length);
            }
            out.put(bytes);
        });
    }

    static @Nullable String utf8(ByteBuffer value, int maxBytes) {
        if (value.remaining() > maxBytes) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(value).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static @Nullable ErrorCode readErrorCode(ByteBuffer value, TransactionId id) {
        if (value.remaining() < 4) {
            return null;
        }
        value.getShort(); // reserved
        return ErrorCode.read(value);
    }

    private static void writeErrorCode(ByteBuffer out, ErrorCode error, TransactionId id) {
        out.putShort((short) 0);
        error.write(out);
    }

    private static @Nullable List<Integer> readTypes(ByteBuffer value, TransactionId id) {
        if (value.remaining() % 2 != 0 || value.remaining() / 2 > MAX_UNKNOWN_ATTRIBUTES) {
            return null;
        }
        List<Integer> types = new ArrayList<>();
        while (value.hasRemaining()) {
            types.add(value.getShort() & 0xFFFF);
        }
        return types;
    }

    private static void writeTypes(ByteBuffer out, List<Integer> types, TransactionId id) {
        for (int type : types) {
            out.putShort((short) type);
        }
    }
}
