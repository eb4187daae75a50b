package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.lang.reflect.Proxy;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.junit.jupiter.api.Test;

class DtlsCryptoTest {

    private static final int OVERHEAD = 24;
    private static final short APPLICATION_DATA = 23;
    private static final short HANDSHAKE = 22;

    @Test
    void aRecordThatIsTooShortForTheCipherIsAsWrongAsAForgedOne() throws IOException {
        TlsCipher guarded = new DtlsCrypto.Guarded(cipher());
        for (int length = 0; length < OVERHEAD; length++) {
            assertThat(alert(guarded, APPLICATION_DATA, length)).isEqualTo(AlertDescription.bad_record_mac);
        }
        assertThat(decode(guarded, APPLICATION_DATA, OVERHEAD).len).isZero();
    }

    @Test
    void aHandshakeMessageBehindTheEncryptionIsOneOfABearableLength() {
        TlsCipher guarded = new DtlsCrypto.Guarded(cipher());
        assertThat(alert(guarded, HANDSHAKE, OVERHEAD + 11)).isEqualTo(AlertDescription.decode_error);
    }

    private static short alert(TlsCipher cipher, short type, int length) {
        return catchThrowableOfType(TlsFatalAlert.class, () -> decode(cipher, type, length))
                .getAlertDescription();
    }

    private static TlsDecodeResult decode(TlsCipher cipher, short type, int length) throws IOException {
        return cipher.decodeCiphertext(1, type, ProtocolVersion.DTLSv12, new byte[100], 0, length);
    }

    /** What the library does: it ends the association when it has not even to try. */
    private static TlsCipher cipher() {
        return (TlsCipher) Proxy.newProxyInstance(
                TlsCipher.class.getClassLoader(),
                new Class<?>[] {TlsCipher.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "getPlaintextDecodeLimit" -> (int) arguments[0] - OVERHEAD;
                    case "decodeCiphertext" -> {
                        int length = (int) arguments[5] - OVERHEAD;
                        if (length < 0) {
                            throw new TlsFatalAlert(AlertDescription.decode_error);
                        }
                        yield new TlsDecodeResult((byte[]) arguments[3], 0, length, (short) arguments[1]);
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
