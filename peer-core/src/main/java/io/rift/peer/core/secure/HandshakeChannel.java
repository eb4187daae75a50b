package io.rift.peer.core.secure;

import static io.rift.protocol.secure.AeadAlgorithm.KEY_BYTES;
import static io.rift.protocol.secure.AeadAlgorithm.NONCE_BYTES;
import static io.rift.protocol.secure.AeadAlgorithm.TAG_BYTES;

import io.rift.protocol.secure.AeadAlgorithm;
import io.rift.protocol.secure.HandshakeFragment;
import io.rift.protocol.secure.HandshakeType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Handshake messages in and out of 0xE1 datagrams: cut in parts, sealed with the introduction keys, put together again.
 *
 * <p>{@code K_intro = HKDF(salt "rift2 intro", pwd_A || pwd_B, session || "i2r" | "r2i")} hides identities from the path
 * and drops junk before any asymmetric work. The rendezvous knows the passwords, so no secrecy rests on it.
 */
final class HandshakeChannel implements AutoCloseable {

    private static final byte[] SALT = "rift2 intro".getBytes(StandardCharsets.US_ASCII);

    private final int localIndex;
    private final Aead sealing;
    private final Aead opening;
    private final RandomGenerator random;
    private final DropCounters drops;
    private final Map<HandshakeType, Assembly> assemblyByType = new EnumMap<>(HandshakeType.class);

    HandshakeChannel(HandshakeContext context, Role localRole, RandomGenerator random, DropCounters drops) {
        this.localIndex = context.local().receiverIndex();
        this.sealing = introductionKey(context, localRole, localRole);
        this.opening = introductionKey(context, localRole, localRole.other());
        this.random = random;
        this.drops = drops;
    }

    /** A whole message with the attempt that its fragments name. */
    static final class Message {
        private final HandshakeType type;
        private final int attempt;
        private final byte[] bytes;

        Message(HandshakeType type, int attempt, byte[] bytes) {
            this.type = type;
            this.attempt = attempt;
            this.bytes = bytes;
        }

        HandshakeType type() {
            return type;
        }

        int attempt() {
            return attempt;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    /** The datagrams that carry a message. Sending them again is no second use of a nonce, as they stay the same. */
    List<byte[]> seal(HandshakeType type, int attempt, int receiverIndex, byte[] message) {
        int count = HandshakeFragment.countFor(message.length);
        List<byte[]> datagrams = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            int start = index * HandshakeFragment.MAX_PART_BYTES;
            int length = Math.min(message.length - start, HandshakeFragment.MAX_PART_BYTES);
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            int to = HandshakeFragment.HEADER_BYTES + length;
            byte[] datagram = new byte[to + TAG_BYTES];
            ByteBuffer out = ByteBuffer.wrap(datagram);
            HandshakeFragment.writeHeader(out, type, index, count, attempt, receiverIndex, nonce);
            out.put(message, start, length);
            sealing.seal(nonce, datagram, 0, HandshakeFragment.HEADER_BYTES, to);
            datagrams.add(datagram);
        }
        return datagrams;
    }

    /** The message that this datagram completes; {@code null} if it completes none, or was dropped and counted. */
    @Nullable Message open(ByteBuffer datagram) {
        HandshakeFragment fragment = HandshakeFragment.parse(datagram);
        if (fragment == null) {
            drops.count(DropReason.MALFORMED);
            return null;
        }
        if (fragment.receiverIndex() != localIndex) {
            drops.count(DropReason.WRONG_INDEX);
            return null;
        }
        byte[] sealed = fragment.datagram();
        byte[] part = new byte[sealed.length - HandshakeFragment.HEADER_BYTES - TAG_BYTES];
        if (!opening.open(fragment.nonce(), sealed, 0, HandshakeFragment.HEADER_BYTES, sealed.length, part)) {
            drops.count(DropReason.NOT_INTRODUCED);
            return null;
        }
        byte[] message = fragment.count() == 1 ? part : assemble(fragment, part);
        return message == null ? null : new Message(fragment.type(), fragment.attempt(), message);
    }

    @Override
    public void close() {
        sealing.close();
        opening.close();
        assemblyByType.clear();
    }

    private byte @Nullable [] assemble(HandshakeFragment fragment, byte[] part) {
        Assembly assembly = assemblyByType.get(fragment.type());
        if (assembly == null || assembly.attempt != fragment.attempt()) {
            assembly = new Assembly(fragment.attempt());
            assemblyByType.put(fragment.type(), assembly);
        }
        byte[] message = assembly.add(fragment, part);
        if (message != null) {
            assemblyByType.remove(fragment.type());
        }
        return message;
    }

    private static Aead introductionKey(HandshakeContext context, Role localRole, Role sender) {
        byte[] passwords = (context.introduction(localRole, Role.INITIATOR).icePassword()
                        + context.introduction(localRole, Role.RESPONDER).icePassword())
                .getBytes(StandardCharsets.UTF_8);
        byte[] prk = Hkdf.extract(SALT, passwords);
        byte[] direction = sender.direction().getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(HandshakeContext.SESSION_BYTES + direction.length)
                .put(context.session())
                .put(direction)
                .array();
        Aead key = new Aead(AeadAlgorithm.AES_256_GCM, Hkdf.expand(prk, info, KEY_BYTES));
        Arrays.fill(passwords, (byte) 0);
        Arrays.fill(prk, (byte) 0);
        return key;
    }

    /** The parts of one message. There is at most one of these for each type, so this is bounded. */
    private static final class Assembly {
        private final int attempt;
        private byte @Nullable [] first;
        private byte @Nullable [] second;

        Assembly(int attempt) {
            this.attempt = attempt;
        }

        byte @Nullable [] add(HandshakeFragment fragment, byte[] part) {
            if (fragment.index() == 0) {
                first = part;
            } else {
                second = part;
            }
            if (first == null || second == null) {
                return null;
            }
            byte[] message = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, message, first.length, second.length);
            return message;
        }
    }
}
