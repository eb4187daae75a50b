package io.rift.bench.churn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** A TURN client of blocking calls over one wire. An answer that it did not expect is an exception. */
final class ChurnClient {
    static final String USER = "churn";
    static final String PASSWORD = "butter";

    private static final int SUCCESS = 200;

    private final Wire wire;
    private final Tally tally;
    private byte[] nonce = {};
    private String realm = "";

    ChurnClient(Wire wire, Tally tally) {
        this.wire = wire;
        this.tally = tally;
    }

    /** Asks for a challenge, and for an allocation then. */
    TransportAddress allocate() throws IOException {
        challenge();
        StunMessage response = allocateNow();
        if (code(response) == ErrorCode.ALLOCATION_MISMATCH.code()) {
            // The system has given this socket the port of a client that never came back.
            tally.mismatches.increment();
            release();
            response = allocateNow();
        }
        expect(SUCCESS, response);
        tally.allocations.increment();
        return Objects.requireNonNull(response.get(TurnAttributes.XOR_RELAYED_ADDRESS));
    }

    private void challenge() throws IOException {
        StunMessage challenge = exchange(TurnMethod.ALLOCATE, ChurnClient::udp, false);
        expect(ErrorCode.UNAUTHENTICATED.code(), challenge);
        tally.challenges.increment();
        nonce = Objects.requireNonNull(challenge.get(StunAttributes.NONCE));
        realm = Objects.requireNonNull(challenge.get(StunAttributes.REALM));
    }

    private StunMessage allocateNow() throws IOException {
        return exchange(TurnMethod.ALLOCATE, ChurnClient::udp, true);
    }

    private static void udp(StunEncoder encoder) {
        encoder.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP);
    }

    /** Comes back to where it left an allocation behind: is refused, ends it, and starts anew. */
    TransportAddress restart() throws IOException {
        challenge();
        expect(ErrorCode.ALLOCATION_MISMATCH.code(), allocateNow());
        tally.mismatches.increment();
        release();
        return allocate();
    }

    void bindChannel(int number, TransportAddress peer) throws IOException {
        expect(
                SUCCESS,
                exchange(
                        TurnMethod.CHANNEL_BIND,
                        encoder -> encoder.add(TurnAttributes.CHANNEL_NUMBER, number)
                                .add(TurnAttributes.XOR_PEER_ADDRESS, peer),
                        true));
    }

    void permit(TransportAddress peer) throws IOException {
        expect(
                SUCCESS,
                exchange(
                        TurnMethod.CREATE_PERMISSION,
                        encoder -> encoder.add(TurnAttributes.XOR_PEER_ADDRESS, peer),
                        true));
    }

    void release() throws IOException {
        expect(SUCCESS, exchange(TurnMethod.REFRESH, encoder -> encoder.add(TurnAttributes.LIFETIME, 0L), true));
    }

    /** Sends data on a channel at whose end somebody sends it back, and waits for it. */
    void ping(int channel, byte[] data) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(ChannelData.HEADER_BYTES + data.length);
        ChannelData.writeHeader(message, 0, channel, data.length);
        message.put(ChannelData.HEADER_BYTES, data);
        wire.send(message.array());
        tally.toPeer.increment();
        ByteBuffer echo = wire.receive();
        byte[] back = new byte[Math.max(0, ChannelData.payloadLength(echo))];
        if (ChannelData.number(echo) == channel) {
            echo.get(echo.position() + ChannelData.HEADER_BYTES, back);
        }
        if (!java.util.Arrays.equals(data, back)) {
            throw new IOException("on channel 0x" + Integer.toHexString(channel) + " came something else");
        }
        tally.toClient.increment();
    }

    /** The same with indications, to a peer that is permitted and has no channel. */
    void pingByIndication(TransportAddress peer, byte[] data) throws IOException {
        wire.send(StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, id())
                .add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                .add(TurnAttributes.DATA, ByteBuffer.wrap(data))
                .encode());
        tally.toPeer.increment();
        StunMessage echo = parse(wire.receive());
        if (!ByteBuffer.wrap(data).equals(echo.get(TurnAttributes.DATA))) {
            throw new IOException("another indication came than was sent");
        }
        tally.toClient.increment();
    }

    private StunMessage exchange(int method, Consumer<StunEncoder> attributes, boolean authenticated)
            throws IOException {
        TransactionId id = id();
        StunEncoder encoder = StunEncoder.of(MessageClass.REQUEST, method, id);
        attributes.accept(encoder);
        if (authenticated) {
            wire.send(encoder.add(StunAttributes.USERNAME, USER)
                    .add(StunAttributes.REALM, realm)
                    .add(StunAttributes.NONCE, nonce)
                    .encodeWithIntegrity(StunKeys.longTerm(USER, realm, PASSWORD)));
        } else {
            wire.send(encoder.encode());
        }
        StunMessage response = parse(wire.receive());
        if (!response.transactionId().equals(id)) {
            throw new IOException("the answer to another request came");
        }
        return response;
    }

    private static StunMessage parse(ByteBuffer bytes) throws IOException {
        StunMessage message = StunMessage.parse(bytes);
        if (message == null) {
            throw new IOException("what came is no STUN message");
        }
        return message;
    }

    private static void expect(int code, StunMessage response) throws IOException {
        if (code(response) != code) {
            throw new IOException(
                    "method " + response.method() + " was answered with " + code(response) + " instead of " + code);
        }
    }

    private static int code(StunMessage response) {
        ErrorCode error = response.get(StunAttributes.ERROR_CODE);
        return error == null ? SUCCESS : error.code();
    }

    private static TransactionId id() {
        return TransactionId.random(ThreadLocalRandom.current());
    }
}
