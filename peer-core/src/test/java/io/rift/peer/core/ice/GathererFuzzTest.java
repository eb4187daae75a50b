package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

class GathererFuzzTest {
    private static final TransportAddress ONE = TransportAddress.parse("192.0.2.1:3478");
    private static final TransportAddress TWO = TransportAddress.parse("192.0.2.1:3479");

    /** Host, one for each server, and a relayed one that this test never adds. */
    private static final int MAX_CANDIDATES = 3;

    /**
     * Two STUN servers answer what they like, or nothing.
     *
     * @param script for each request a length, and so many bytes of attributes
     */
    @FuzzTest
    void anythingThatServersAnswerIsJudgedAndNothingGrows(byte @Nullable [] script) {
        if (script == null) {
            return;
        }
        ByteBuffer answers = ByteBuffer.wrap(script);
        Gatherer gatherer = new Gatherer(TransportAddress.parse("0.0.0.0:5000"), new Random(1));
        gatherer.start(List.of(IpAddress.parse("10.0.0.1")), List.of(ONE, TWO), 0);
        long now = 0;
        long end = Duration.ofMinutes(2).toNanos();
        int requests = drain(gatherer, answers, now);
        for (long next = gatherer.nextTimeoutNanos(); Deadlines.isDue(next, end); next = gatherer.nextTimeoutNanos()) {
            now = Math.max(now, next);
            gatherer.handleTimeout(now);
            requests += drain(gatherer, answers, now);
            assertThat(gatherer.candidates()).hasSizeLessThanOrEqualTo(MAX_CANDIDATES);
        }
        assertThat(requests).isLessThan(120);
        assertThat(gatherer.isComplete()).isTrue();
    }

    private static int drain(Gatherer gatherer, ByteBuffer answers, long now) {
        int requests = 0;
        for (GathererOutput output = gatherer.poll(); output != null; output = gatherer.poll()) {
            if (output instanceof GathererOutput.Transmit(TransportAddress to, ByteBuffer datagram)) {
                requests++;
                answer(gatherer, to, StunMessage.parse(datagram), answers, now);
            }
        }
        return requests;
    }

    private static void answer(
            Gatherer gatherer, TransportAddress server, StunMessage request, ByteBuffer answers, long now) {
        if (!answers.hasRemaining()) {
            return;
        }
        int length = Byte.toUnsignedInt(answers.get());
        MessageClass messageClass = length % 8 == 7 ? MessageClass.ERROR_RESPONSE : MessageClass.SUCCESS_RESPONSE;
        StunEncoder response = StunEncoder.of(messageClass, StunMethod.BINDING, request.transactionId());
        int end = answers.position() + Math.min(length, answers.remaining());
        while (end - answers.position() >= 3) {
            int type = answers.getShort() & 0xFFFF;
            byte[] value = new byte[Math.min(answers.get() & 0x3F, end - answers.position())];
            answers.get(value);
            response.add(StunAttribute.opaque(type, "any", any -> true), value);
        }
        answers.position(end);
        byte[] datagram = length % 2 == 0 ? response.encode() : response.encodeWithFingerprint();
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(datagram));
        if (message != null) {
            gatherer.handleStun(server, message, now);
        }
    }
}
