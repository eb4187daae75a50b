package io.rift.server.socket;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramSender;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6347 section 4.2.1: a client first has to send back a cookie that only reached its address, and nothing is kept
 * about it until then. The HelloVerifyRequest is shorter than any ClientHello. Keys change, so that a cookie is good for
 * a while only.
 */
final class DtlsCookies {

    private static final long KEY_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final TlsCrypto crypto;
    private DTLSVerifier newer;
    private DTLSVerifier older;
    private long newerSinceNanos;

    DtlsCookies(TlsCrypto crypto, long nowNanos) {
        this.crypto = crypto;
        newer = new DTLSVerifier(crypto);
        older = newer;
        newerSinceNanos = nowNanos;
    }

    /**
     * Looks at a datagram of somebody unknown, and answers with a cookie if it is a ClientHello without a good one.
     *
     * @param address of the client, as the cookie holds it
     * @return the request if its cookie is right, or null
     */
    @Nullable DTLSRequest verify(byte[] address, byte[] datagram, int length, DatagramSender answer, long nowNanos) {
        long ageNanos = nowNanos - newerSinceNanos;
        if (ageNanos > KEY_NANOS) {
            DTLSVerifier fresh = new DTLSVerifier(crypto);
            older = ageNanos > 2 * KEY_NANOS ? fresh : newer;
            newer = fresh;
            newerSinceNanos = nowNanos;
        }
        try {
            DTLSRequest request = older.verifyRequest(address, datagram, 0, length, new Silent(answer));
            return request == null ? newer.verifyRequest(address, datagram, 0, length, answer) : request;
        } catch (RuntimeException e) { // whatever the bytes are that the parser stumbled over
            return null;
        }
    }

    private record Silent(DatagramSender answer) implements DatagramSender {

        @Override
        public int getSendLimit() throws IOException {
            return answer.getSendLimit();
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {}
    }
}
