package io.rift.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    /** The examples of RFC 5952 sections 4 and 5. */
    @ParameterizedTest
    @CsvSource({
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:DB8::AAAA, 2001:db8::aaaa",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "1:0:0:0:0:0:0:8, 1::8",
        "::ffff:192.0.2.1, ::ffff:c000:201",
        "192.0.2.1, 192.0.2.1",
        "255.255.255.255, 255.255.255.255",
        "0.0.0.0, 0.0.0.0",
    })
    void writesTheCanonicalText(String literal, String canonical) {
        assertThat(IpAddress.parse(literal)).hasToString(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(literal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "0x7f.0.0.1",
                "1.2.3.-4",
                "2130706433",
                ":",
                ":::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "12345::",
                "fe80::1%eth0",
                "[::1]",
                "::1.2.3",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:6:7:8::",
                "::g",
                "١::"
            })
    void refusesWhatIsNoLiteral(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IpAddress.parse(text))
                .withMessageContaining("'" + text + "'");
    }

    @Test
    void agreesWithThePlatformOnRandomAddresses() throws UnknownHostException {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[i % 2 == 0 ? 16 : 4];
            random.nextBytes(bytes);
            for (int z = random.nextInt(bytes.length); z < bytes.length && random.nextInt(4) > 0; z++) {
                bytes[z] = 0;
            }
            InetAddress expected = InetAddress.getByAddress(bytes);
            IpAddress address = IpAddress.of(bytes);
            assertThat(address.bytes()).isEqualTo(bytes);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
            assertThat(InetAddress.getByName(address.toString())).isEqualTo(expected);
        }
    }

    @Test
    void anIpv4AddressHas32Bits() {
        assertThatIllegalArgumentException().isThrownBy(() -> new IpAddress(IpAddress.Family.IPV4, 0, 1L << 32));
        assertThat(IpAddress.ofIpv4(-1).low()).isEqualTo(0xFFFF_FFFFL);
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1:3478", "[2001:db8::1]:65535", "0.0.0.0:0"})
    void aTransportAddressReadsWhatItWrites(String text) {
        TransportAddress address = TransportAddress.parse(text);
        assertThat(address).hasToString(text);
        assertThat(TransportAddress.of(address.toSocketAddress())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":1",
                "192.0.2.1",
                "192.0.2.1:",
                "192.0.2.1:65536",
                "192.0.2.1:-1",
                "::1:80",
                "[192.0.2.1]:80",
                "[::1]",
                "host:80",
                "1.2.3.4:+80"
            })
    void aTransportAddressNeedsAddressAndPort(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransportAddress.parse(text))
                .withMessageContaining(text);
    }
}
