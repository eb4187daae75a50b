package io.rift.protocol.rendezvous;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class AuthenticationPayloadTest {
    @Test
    void theLayoutIsTheOneInProtocolMd() {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(" ".repeat(64).getBytes(US_ASCII));
        expected.writeBytes("RIFT-RENDEZVOUS-V2 authenticate".getBytes(US_ASCII));
        expected.write(0);
        expected.write(0);
        expected.write(17);
        expected.writeBytes("rift.example:8080".getBytes(US_ASCII));
        expected.writeBytes(Samples.octets(32, 1).toByteArray());
        expected.writeBytes(Samples.octets(32, 2).toByteArray());
        expected.writeBytes(Samples.ALICE.bytes());

        assertThat(AuthenticationPayload.of(
                        "rift.example:8080", Samples.octets(32, 1), Samples.octets(32, 2), Samples.ALICE))
                .isEqualTo(expected.toByteArray());
    }
}
