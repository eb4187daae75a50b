package io.rift.protocol.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import java.util.function.Function;

/** Any text is a message or a typed error; a message can be sent on and means the same there. */
class RendezvousCodecFuzzTest {
    @FuzzTest
    void fromClient(byte[] text) {
        check(new String(text, UTF_8), RendezvousCodec::decodeFromClient);
    }

    @FuzzTest
    void fromServer(byte[] text) {
        check(new String(text, UTF_8), RendezvousCodec::decodeFromServer);
    }

    private static <M extends RendezvousMessage> void check(String text, Function<String, Decoded<M>> decode) {
        switch (decode.apply(text)) {
            case Decoded.Message<M> message -> {
                String canonical = RendezvousCodec.encode(message.value());
                assertThat(RendezvousCodec.isTooLarge(canonical)).isFalse();
                if (!(message.value() instanceof ErrorMessage error)
                        || error.code() != RendezvousErrorCode.UNRECOGNISED) {
                    assertThat(decode.apply(canonical)).isEqualTo(message);
                }
            }
            case Decoded.Rejected<M> rejected -> {
                assertThat(rejected.code())
                        .isIn(
                                RendezvousErrorCode.MALFORMED,
                                RendezvousErrorCode.TOO_LARGE,
                                RendezvousErrorCode.UNKNOWN_TYPE);
                ErrorMessage answer = new ErrorMessage(rejected.code(), rejected.reason(), rejected.session());
                assertThat(RendezvousCodec.isTooLarge(RendezvousCodec.encode(answer)))
                        .isFalse();
            }
        }
    }
}
