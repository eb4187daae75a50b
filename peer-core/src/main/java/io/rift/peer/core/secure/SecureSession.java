package io.rift.peer.core.secure;

import io.rift.protocol.PeerId;
import io.rift.protocol.secure.AeadAlgorithm;
import io.rift.protocol.secure.EncryptedPayload;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one connection, one for each kind of payload and direction. It seals what leaves; what arrives is opened
 * by {@link Handshake#handlePayload}, which alone knows whether the keys are confirmed.
 */
public final class SecureSession implements AutoCloseable {

    /** Free bytes in front of every datagram that leaves: enough for the header of a TURN Send indication over IPv6. */
    public static final int HEADROOM_BYTES = 48;

    /** Free bytes behind every datagram that leaves: the padding of a TURN message. */
    public static final int TAILROOM_BYTES = 3;

    /** Inner types of {@link PayloadKind#CONTROL} below this belong to the secure session itself. */
    public static final int FIRST_FREE_CONTROL_TYPE = 0x10;

    /** Inner type of the empty control payload by which a responder says that KeyConfirm arrived. */
    static final int READY = 0x01;

    /** Number of the first keys, and of the only ones as long as there is no rekey. */
    static final int EPOCH = 0;

    private final Suite suite;
    private final PeerId remoteId;
    private final int localIndex;
    private final int remoteIndex;
    private final Map<PayloadKind, SealingKey> sealingKeyByKind = new EnumMap<>(PayloadKind.class);
    private final Map<PayloadKind, OpeningKey> openingKeyByKind = new EnumMap<>(PayloadKind.class);
    private final byte[] exporter;
    private final DropCounters drops = new DropCounters();
    private boolean closed;

    /**
     * Derives the packet keys.
     *
     * @param sendSecret application secret of this side, overwritten here
     * @param receiveSecret application secret of the other side, overwritten here
     * @param exporter exporter secret, taken over
     */
    SecureSession(
            Suite suite,
            PeerId remoteId,
            int localIndex,
            int remoteIndex,
            byte[] sendSecret,
            byte[] receiveSecret,
            byte[] exporter) {
        this.suite = suite;
        this.remoteId = remoteId;
        this.localIndex = localIndex;
        this.remoteIndex = remoteIndex;
        this.exporter = exporter;
        for (PayloadKind kind : PayloadKind.values()) {
            sealingKeyByKind.put(kind, new SealingKey(kind, aead(sendSecret, kind), iv(sendSecret, kind)));
            openingKeyByKind.put(kind, new OpeningKey(aead(receiveSecret, kind), iv(receiveSecret, kind)));
        }
        Arrays.fill(sendSecret, (byte) 0);
        Arrays.fill(receiveSecret, (byte) 0);
    }

    public Suite suite() {
        return suite;
    }

    /** The identity that the handshake proved. */
    public PeerId remoteId() {
        return remoteId;
    }

    /**
     * Encrypts one control, chat or bulk payload.
     *
     * @param innerType what the body is, 0 to 255; with {@link PayloadKind#CONTROL} from
     *     {@link #FIRST_FREE_CONTROL_TYPE} on
     * @return a whole datagram between position and limit, with {@link #HEADROOM_BYTES} before and
     *     {@link #TAILROOM_BYTES} behind it, for the caller alone
     * @throws IllegalArgumentException if the kind is voice, the inner type out of range, or the body longer than
     *     {@link #maxBodyBytes}
     * @throws IllegalStateException if the session is closed or its key used up, see {@link #remainingPackets}
     */
    public ByteBuffer seal(PayloadKind kind, int innerType, byte[] body) {
        if (kind == PayloadKind.VOICE) {
            throw new IllegalArgumentException("voice has a timestamp");
        }
        if (kind == PayloadKind.CONTROL && innerType < FIRST_FREE_CONTROL_TYPE) {
            throw new IllegalArgumentException("control payloads of type " + innerType + " are the session's own");
        }
        return seal(kind, 0, innerType, body);
    }

    /** Encrypts one voice payload with its media time; else as {@link #seal}. */
    public ByteBuffer sealVoice(int timestamp, int innerType, byte[] body) {
        return seal(PayloadKind.VOICE, timestamp, innerType, body);
    }

    /** The longest body that fits one datagram. */
    public static int maxBodyBytes(PayloadKind kind) {
        return EncryptedPayload.maxPlaintextBytes(kind) - Padding.OVERHEAD_BYTES;
    }

    /** How many more packets of this kind may be sealed; 0 for a closed session. */
    public long remainingPackets(PayloadKind kind) {
        return sealingKey(kind).remainingPackets();
    }

    /**
     * A secret that both peers know and nobody else, for another protocol to use (what RFC 8446 section 7.5 does for
     * TLS).
     *
     * @param label names the use, 1 to 249 ASCII characters
     * @param context anything both sides know
     * @param length in bytes, 1 to 8160
     * @throws IllegalStateException if the session is closed
     */
    public byte[] export(String label, byte[] context, int length) {
        if (label.isEmpty() || label.length() > 249 || length < 1 || length > 255 * Hkdf.HASH_BYTES) {
            throw new IllegalArgumentException("cannot export " + length + " bytes as '" + label + "'");
        }
        if (!StandardCharsets.US_ASCII.newEncoder().canEncode(label)) {
            throw new IllegalArgumentException("a label is ASCII: '" + label + "'");
        }
        requireOpen();
        byte[] secret = Hkdf.expandLabel(exporter, label, Hkdf.hash());
        return Hkdf.expandLabel(secret, "exporter", Hkdf.hash(context), length);
    }

    /** Datagrams that this session dropped. */
    public DropCounters drops() {
        return drops;
    }

    /** Overwrites the keys. What arrives later is dropped. */
    @Override
    public void close() {
        closed = true;
        sealingKeyByKind.values().forEach(SealingKey::close);
        openingKeyByKind.values().forEach(OpeningKey::close);
        Arrays.fill(exporter, (byte) 0);
    }

    /** The payload between position and limit; {@code null} if dropped and counted. */
    @Nullable OpenedPayload open(ByteBuffer datagram) {
        EncryptedPayload header = EncryptedPayload.parse(datagram);
        DropReason reason = closed ? DropReason.CLOSED : misfit(header);
        if (header == null || reason != null) {
            drops.count(reason == null ? DropReason.MALFORMED : reason);
            return null;
        }
        int length = datagram.remaining();
        if (datagram.hasArray()) {
            int offset = datagram.arrayOffset() + datagram.position();
            return openingKey(header.kind()).open(header, datagram.array(), offset, length, drops);
        }
        byte[] copy = new byte[length];
        datagram.get(datagram.position(), copy);
        return openingKey(header.kind()).open(header, copy, 0, length, drops);
    }

    /** Tells the initiator that it need not repeat its KeyConfirm. */
    ByteBuffer sealReady() {
        return seal(PayloadKind.CONTROL, 0, READY, new byte[0]);
    }

    private @Nullable DropReason misfit(@Nullable EncryptedPayload header) {
        if (header == null) {
            return DropReason.MALFORMED;
        }
        if (header.receiverIndex() != localIndex) {
            return DropReason.WRONG_INDEX;
        }
        return header.epoch() == EPOCH ? null : DropReason.WRONG_EPOCH;
    }

    private ByteBuffer seal(PayloadKind kind, int timestamp, int innerType, byte[] body) {
        if (innerType < 0 || innerType > 0xFF) {
            throw new IllegalArgumentException("an inner type is 0 to 255, not " + innerType);
        }
        if (body.length > maxBodyBytes(kind)) {
            throw new IllegalArgumentException(
                    "a " + kind + " body has at most " + maxBodyBytes(kind) + " bytes, not " + body.length);
        }
        requireOpen();
        return sealingKey(kind).seal(EPOCH, remoteIndex, timestamp, innerType, body);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the session with " + remoteId + " is closed");
        }
    }

    private Aead aead(byte[] secret, PayloadKind kind) {
        byte[] key = Hkdf.expandLabel(secret, "key", code(kind), AeadAlgorithm.KEY_BYTES);
        return new Aead(suite.aead(), key);
    }

    private static byte[] iv(byte[] secret, PayloadKind kind) {
        return Hkdf.expandLabel(secret, "iv", code(kind), AeadAlgorithm.NONCE_BYTES);
    }

    private static byte[] code(PayloadKind kind) {
        return new byte[] {(byte) kind.code()};
    }

    private SealingKey sealingKey(PayloadKind kind) {
        return Objects.requireNonNull(sealingKeyByKind.get(kind));
    }

    private OpeningKey openingKey(PayloadKind kind) {
        return Objects.requireNonNull(openingKeyByKind.get(kind));
    }
}
