package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DatagramSender;
import org.junit.jupiter.api.Test;

class DtlsCookiesTest {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final byte[] ADDRESS = {127, 0, 9, 11, 0x13, (byte) 0x88};

    private final DtlsCookies cookies = new DtlsCookies(new DtlsCrypto(), 0);

    @Test
    @Requirement(rfc = 6347, section = "4.2.1", text = "A cookie belongs to the address of the client it was sent to")
    void aCookieOfAnotherAddressOrPortIsNone() {
        byte[] cookie = cookie(ADDRESS, 0);
        assertThat(isGood(ADDRESS, cookie, 0)).isTrue();
        for (int i = 0; i < ADDRESS.length; i++) {
            byte[] other = ADDRESS.clone();
            other[i] ^= 1;
            assertThat(isGood(other, cookie, 0)).isFalse();
        }
        byte[] changed = cookie.clone();
        changed[0] ^= 1;
        assertThat(isGood(ADDRESS, changed, 0)).isFalse();
    }

    @Test
    @Requirement(rfc = 6347, section = "4.2.1", text = "The secret of the cookies changes")
    void aCookieIsGoodAcrossOneChangeOfKeyAndNotTwo() {
        byte[] cookie = cookie(ADDRESS, MINUTE);
        assertThat(isGood(ADDRESS, cookie, 2 * MINUTE + 1)).isTrue();
        assertThat(isGood(ADDRESS, cookie, 4 * MINUTE)).isTrue();
        assertThat(isGood(ADDRESS, cookie, 4 * MINUTE + 2)).isFalse();
    }

    @Test
    void aCookieFromBeforeALongIdleTimeIsNone() {
        byte[] cookie = cookie(ADDRESS, 0);
        assertThat(isGood(ADDRESS, cookie, 60 * MINUTE)).isFalse();
        assertThat(isGood(ADDRESS, cookie(ADDRESS, 61 * MINUTE), 61 * MINUTE)).isTrue();
    }

    @Test
    void whatIsNoHelloIsNotAnswered() {
        byte[] hello = hello(new byte[0]);
        for (int at = 0; at < hello.length; at++) {
            byte[] mutated = hello.clone();
            mutated[at] = (byte) 0xFE; // which makes of the version one that the library throws at
            verify(ADDRESS, mutated, 0, new Answers());
        }
        assertThat(cookie(ADDRESS, 0)).hasSizeBetween(1, 32);
    }

    private boolean isGood(byte[] address, byte[] cookie, long nowNanos) {
        Answers answers = new Answers();
        boolean good = verify(address, hello(cookie), nowNanos, answers) != null;
        assertThat(answers.last == null).isEqualTo(good);
        return good;
    }

    private byte[] cookie(byte[] address, long nowNanos) {
        Answers answers = new Answers();
        assertThat(verify(address, hello(new byte[0]), nowNanos, answers)).isNull();
        int lengthAt = 13 + 12 + 2; // behind two headers and the version
        return Arrays.copyOfRange(answers.last, lengthAt + 1, lengthAt + 1 + answers.last[lengthAt]);
    }

    private DTLSRequest verify(byte[] address, byte[] hello, long nowNanos, Answers answers) {
        return cookies.verify(address, hello, hello.length, answers, nowNanos);
    }

    private static byte[] hello(byte[] cookie) {
        int body = 2 + 32 + 1 + 1 + cookie.length + 2 + 2 + 2;
        ByteBuffer hello = ByteBuffer.allocate(13 + 12 + body);
        hello.put((byte) 22).putShort((short) 0xFEFF).put(new byte[8]).putShort((short) (12 + body));
        hello.put((byte) 1)
                .put((byte) 0)
                .putShort((short) body)
                .put(new byte[6])
                .putShort((short) body);
        hello.putShort((short) 0xFEFD).put(new byte[32]).put((byte) 0);
        hello.put((byte) cookie.length).put(cookie);
        hello.putShort((short) 2).putShort((short) 0xC02B).put((byte) 1).put((byte) 0);
        return hello.array();
    }

    private static final class Answers implements DatagramSender {

        private byte[] last;

        @Override
        public int getSendLimit() {
            return 1200;
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            last = Arrays.copyOfRange(buffer, offset, offset + length);
        }
    }
}
