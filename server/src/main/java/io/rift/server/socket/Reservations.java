package io.rift.server.socket;

import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which shard gave out which RESERVATION-TOKEN.
 *
 * <p>A client that asks for an even port and the next one (for RTP and RTCP) sends its second Allocate from another
 * port, so the kernel may hand that to another shard, which has never heard of the token. This table tells it who has;
 * from then on it passes that 5-tuple's datagrams on. Shared by all shards; touched by Allocate messages only.
 */
final class Reservations {

    /** Tokens that are known at once; beyond it the oldest is forgotten. */
    private static final int MAX_TOKENS = 4096;

    /** RFC 8656 section 7.2: a server holds the port for at least 30 seconds; no core holds it for longer than this. */
    private static final long LIFETIME_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int TYPE_BYTES = Short.BYTES;
    private static final short ALLOCATE_REQUEST = 0x0003;
    private static final short ALLOCATE_SUCCESS = 0x0103;

    private record Owner(Shard shard, long sinceNanos) {}

    private final Map<Long, Owner> ownerByToken = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Owner> eldest) {
            return size() > MAX_TOKENS;
        }
    };

    /** Notes the token in a response of this shard, if there is one. */
    void note(ByteBuffer response, Shard shard) {
        if (startsWith(ALLOCATE_SUCCESS, response)) {
            Long token = token(response, MessageClass.SUCCESS_RESPONSE);
            if (token != null) {
                synchronized (ownerByToken) {
                    ownerByToken.put(token, new Owner(shard, System.nanoTime()));
                }
            }
        }
    }

    /** The shard that gave out the token in this datagram, if it carries one that is known. */
    @Nullable Shard owner(ByteBuffer datagram) {
        if (!startsWith(ALLOCATE_REQUEST, datagram)) {
            return null;
        }
        Long token = token(datagram, MessageClass.REQUEST);
        if (token == null) {
            return null;
        }
        synchronized (ownerByToken) {
            Owner owner = ownerByToken.get(token);
            return owner == null || System.nanoTime() - owner.sinceNanos() > LIFETIME_NANOS ? null : owner.shard();
        }
    }

    private static boolean startsWith(short type, ByteBuffer datagram) {
        return datagram.remaining() >= TYPE_BYTES && datagram.getShort(datagram.position()) == type;
    }

    private static @Nullable Long token(ByteBuffer datagram, MessageClass messageClass) {
        StunMessage message = StunMessage.parse(datagram.duplicate());
        if (message == null || !message.is(messageClass, TurnMethod.ALLOCATE)) {
            return null;
        }
        byte[] token = message.get(TurnAttributes.RESERVATION_TOKEN);
        return token == null ? null : ByteBuffer.wrap(token).getLong();
    }
}
