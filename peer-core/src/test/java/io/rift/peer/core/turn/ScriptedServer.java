package io.rift.peer.core.turn;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/**
 * A client and the other end of its wire in virtual time. By default the server challenges as RFC 8489 section 9.2.4 says
 * and then grants everything; a test scripts its errors and silences.
 */
final class ScriptedServer {
    static final TransportAddress ADDRESS = TransportAddress.parse("192.0.2.1:3478");
    static final TransportAddress RELAYED = TransportAddress.parse("192.0.2.1:50000");
    static final TransportAddress MAPPED = TransportAddress.parse("198.51.100.1:6000");
    private static final Duration ONE_WAY = Duration.ofMillis(10);

    final TurnClient client;
    final List<TurnOutput> events = new ArrayList<>();
    /** Every request that arrived, in order. */
    final List<StunMessage> requests = new ArrayList<>();
    /** Error codes to answer with instead of success, one for each authentic request; 0 means success. */
    final Queue<Integer> errors = new ArrayDeque<>();

    String username = "alice";
    String password = "wonderland";
    String realm = "example.org";
    String nonce = "nonce-1";
    long lifetimeSeconds = 600;
    boolean isSilent;
    /** Whether answers lack MESSAGE-INTEGRITY. */
    boolean isBare;

    long now;

    ScriptedServer() {
        client = new TurnClient(ADDRESS, new TurnCredentials("alice", "wonderland"), new Random(1));
    }

    ScriptedServer allocated() {
        client.allocate(now);
        return run(Duration.ofSeconds(1));
    }

    /** Lets time pass. */
    ScriptedServer run(Duration duration) {
        long end = now + duration.toNanos();
        drain();
        for (long next = client.nextTimeoutNanos(); Deadlines.isDue(next, end); next = client.nextTimeoutNanos()) {
            now = Math.max(now, next);
            client.handleTimeout(now);
            drain();
        }
        now = Math.max(now, end);
        return this;
    }

    void drain() {
        for (TurnOutput output = client.poll(); output != null; output = client.poll()) {
            if (output instanceof TurnOutput.Transmit(ByteBuffer datagram)) {
                receive(StunMessage.parse(datagram));
            } else {
                events.add(output);
            }
        }
    }

    <T extends TurnOutput> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<StunMessage> requests(int method) {
        return requests.stream().filter(request -> request.method() == method).toList();
    }

    private void receive(StunMessage request) {
        requests.add(request);
        if (!isSilent) {
            now += 2 * ONE_WAY.toNanos();
            client.handleStun(StunMessage.parse(ByteBuffer.wrap(answer(request))), now);
        }
    }

    private byte[] key() {
        return StunKeys.longTerm(username, realm, password);
    }

    private byte[] answer(StunMessage request) {
        boolean isAuthentic =
                request.verifyMessageIntegrity(key()) && username.equals(request.get(StunAttributes.USERNAME));
        if (!isAuthentic) {
            return challenge(request, ErrorCode.UNAUTHENTICATED);
        }
        byte[] requestNonce = request.get(StunAttributes.NONCE);
        if (!nonce.equals(new String(requestNonce, StandardCharsets.UTF_8))) {
            return challenge(request, ErrorCode.STALE_NONCE);
        }
        Integer code = errors.poll();
        return code == null || code == 0 ? success(request) : error(request, new ErrorCode(code, "scripted"));
    }

    private byte[] challenge(StunMessage request, ErrorCode error) {
        return StunEncoder.of(MessageClass.ERROR_RESPONSE, request.method(), request.transactionId())
                .add(StunAttributes.ERROR_CODE, error)
                .add(StunAttributes.REALM, realm)
                .add(StunAttributes.NONCE, nonce.getBytes(StandardCharsets.UTF_8))
                .encode();
    }

    private byte[] error(StunMessage request, ErrorCode error) {
        return end(StunEncoder.of(MessageClass.ERROR_RESPONSE, request.method(), request.transactionId())
                .add(StunAttributes.ERROR_CODE, error));
    }

    private byte[] success(StunMessage request) {
        StunEncoder response = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, request.method(), request.transactionId());
        if (request.method() == TurnMethod.ALLOCATE) {
            response.add(TurnAttributes.XOR_RELAYED_ADDRESS, RELAYED)
                    .add(StunAttributes.XOR_MAPPED_ADDRESS, MAPPED)
                    .add(TurnAttributes.LIFETIME, lifetimeSeconds);
        } else if (request.method() == TurnMethod.REFRESH) {
            boolean isDeletion = request.has(TurnAttributes.LIFETIME);
            response.add(TurnAttributes.LIFETIME, isDeletion ? 0 : lifetimeSeconds);
        }
        return end(response);
    }

    private byte[] end(StunEncoder response) {
        return isBare ? response.encode() : response.encodeWithIntegrity(key());
    }
}
