package io.rift.peer.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A client whose server is written by the fuzzer: a row of steps, each an operation, a length and so many bytes. */
class TurnClientFuzzTest {
    private static final TransportAddress PEER = TransportAddress.parse("203.0.113.5:7000");
    private static final byte[] KEY = StunKeys.longTerm("alice", "realm", "wonderland");

    @FuzzTest
    void aClientSurvivesAnythingThatItsServerSends(byte @Nullable [] script) {
        if (script != null) {
            new Run().play(ByteBuffer.wrap(script));
        }
    }

    /** One run of one script. */
    private static final class Run {
        private final TurnClient client =
                new TurnClient(ScriptedServer.ADDRESS, new TurnCredentials("alice", "wonderland"), new Random(1));
        private @Nullable StunMessage lastRequest;
        private long now;

        void play(ByteBuffer steps) {
            client.allocate(now);
            drain();
            while (steps.remaining() >= 2) {
                int operation = Byte.toUnsignedInt(steps.get());
                int length = Math.min(Byte.toUnsignedInt(steps.get()), steps.remaining());
                ByteBuffer argument = ByteBuffer.allocate(length)
                        .put(steps.slice(steps.position(), length))
                        .flip();
                steps.position(steps.position() + length);
                step(operation, argument);
                drain();
            }
            run(Duration.ofMinutes(30));
            client.close(now);
            run(Duration.ofSeconds(5));
            assertThat(client.nextTimeoutNanos()).isEqualTo(TurnClient.NEVER);
            assertThat(client.relayedAddress()).isNull();
        }

        private void step(int operation, ByteBuffer argument) {
            switch (operation % 10) {
                case 0 -> run(Duration.ofSeconds(1L + argument.remaining()));
                case 1 -> client.allocate(now);
                case 2 -> client.requestPermission(PEER.ip(), now);
                case 3 -> client.bindChannel(PEER, now);
                case 4 -> challenge(argument);
                case 5 -> answer(MessageClass.SUCCESS_RESPONSE, argument);
                case 6 -> answer(MessageClass.ERROR_RESPONSE, argument);
                case 7 -> raw(argument);
                case 8 -> wrap(argument);
                case 9 -> grant();
                default -> throw new AssertionError("a remainder of 10");
            }
        }

        private void challenge(ByteBuffer argument) {
            StunMessage request = lastRequest;
            if (request != null) {
                ErrorCode code = argument.remaining() % 2 == 0 ? ErrorCode.UNAUTHENTICATED : ErrorCode.STALE_NONCE;
                deliver(StunEncoder.of(MessageClass.ERROR_RESPONSE, request.method(), request.transactionId())
                        .add(StunAttributes.ERROR_CODE, code)
                        .add(StunAttributes.REALM, "realm")
                        .add(StunAttributes.NONCE, "nonce".getBytes(StandardCharsets.UTF_8))
                        .encode());
            }
        }

        /** What a good server would answer. */
        private void grant() {
            StunMessage request = lastRequest;
            if (request != null) {
                deliver(StunEncoder.of(MessageClass.SUCCESS_RESPONSE, request.method(), request.transactionId())
                        .add(TurnAttributes.XOR_RELAYED_ADDRESS, ScriptedServer.RELAYED)
                        .add(StunAttributes.XOR_MAPPED_ADDRESS, ScriptedServer.MAPPED)
                        .add(TurnAttributes.LIFETIME, 600L)
                        .encodeWithIntegrity(KEY));
            }
        }

        private void answer(MessageClass messageClass, ByteBuffer argument) {
            StunMessage request = lastRequest;
            if (request != null) {
                deliver(attributes(StunEncoder.of(messageClass, request.method(), request.transactionId()), argument)
                        .encodeWithIntegrity(KEY));
            }
        }

        private static StunEncoder attributes(StunEncoder message, ByteBuffer argument) {
            while (argument.remaining() >= 3) {
                int type = argument.getShort() & 0xFFFF;
                byte[] value = new byte[Math.min(argument.get() & 0x3F, argument.remaining())];
                argument.get(value);
                message.add(StunAttribute.opaque(type, "any", length -> true), value);
            }
            return message;
        }

        private void raw(ByteBuffer argument) {
            deliver(attributes(
                            StunEncoder.of(MessageClass.INDICATION, TurnMethod.DATA, new TransactionId(1, 1)),
                            argument.duplicate())
                    .encode());
            ByteBuffer channelData = argument.duplicate();
            TransportAddress peer = client.handleChannelData(channelData);
            if (peer != null) {
                assertThat(peer).isEqualTo(PEER);
                assertThat(channelData.remaining())
                        .isLessThanOrEqualTo(argument.remaining() - ChannelData.HEADER_BYTES);
            }
        }

        private void wrap(ByteBuffer argument) {
            int length = argument.remaining();
            ByteBuffer datagram = ByteBuffer.allocate(TurnClient.HEADROOM_BYTES + length + TurnClient.TAILROOM_BYTES)
                    .position(TurnClient.HEADROOM_BYTES)
                    .limit(TurnClient.HEADROOM_BYTES + length);
            if (client.wrap(datagram, PEER, now)) {
                assertThat(client.relayedAddress()).isNotNull();
                assertThat(datagram.remaining()).isBetween(length + 4, length + 39);
            } else {
                assertThat(datagram.remaining()).isEqualTo(length);
            }
        }

        private void deliver(byte[] datagram) {
            StunMessage message = StunMessage.parse(ByteBuffer.wrap(datagram));
            if (message != null) {
                client.handleStun(message, now);
            }
        }

        private void run(Duration duration) {
            long end = now + duration.toNanos();
            int stuck = 0;
            for (long next = client.nextTimeoutNanos(); Deadlines.isDue(next, end); next = client.nextTimeoutNanos()) {
                stuck = next > now ? 0 : stuck + 1;
                assertThat(stuck).as("deadlines in the past").isLessThan(5);
                now = Math.max(now, next);
                client.handleTimeout(now);
                drain();
            }
            now = end;
        }

        private void drain() {
            for (TurnOutput output = client.poll(); output != null; output = client.poll()) {
                if (output instanceof TurnOutput.Transmit(ByteBuffer datagram)) {
                    lastRequest = StunMessage.parse(datagram);
                }
            }
        }
    }
}
