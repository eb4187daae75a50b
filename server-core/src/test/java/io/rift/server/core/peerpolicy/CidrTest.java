package io.rift.server.core.peerpolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8, 10.255.255.255",
        "' 192.0.2.0/24 ', 192.0.2.0/24, 192.0.2.255",
        "192.0.2.7, 192.0.2.7/32, 192.0.2.7",
        "0.0.0.0/0, 0.0.0.0/0, 255.255.255.255",
        "128.0.0.0/1, 128.0.0.0/1, 255.255.255.255",
        "2001:db8::/32, 2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "2001:db8::1, 2001:db8::1/128, 2001:db8::1",
        "::/0, ::/0, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::/64, fe80::/64, fe80::ffff:ffff:ffff:ffff",
        "fe80::8000:0:0:0/65, fe80::8000:0:0:0/65, fe80::ffff:ffff:ffff:ffff"
    })
    void parsesABlockOrASingleAddress(String text, String canonical, String last) {
        Cidr block = Cidr.parse(text);

        assertThat(block).hasToString(canonical);
        assertThat(block.last()).isEqualTo(IpAddress.parse(last));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            "",                 is no CIDR block
            localhost,          is no CIDR block
            10.0.0/8,           is no IPv4 or IPv6 address
            10.0.0.0/,          '' is no prefix length of 0 to 32
            10.0.0.0/33,        '33' is no prefix length of 0 to 32
            10.0.0.0/-1,        '-1' is no prefix length of 0 to 32
            10.0.0.0/255.0.0.0, is no prefix length of 0 to 32
            2001:db8::/129,     '129' is no prefix length of 0 to 128
            10.0.0.5/8,         the block is 10.0.0.0/8
            2001:db8::1/64,     the block is 2001:db8::/64
            """)
    void saysWhatIsWrongWithABadBlock(String text, String message) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 33})
    void refusesAPrefixLengthThatDoesNotFitTheFamily(int length) {
        assertThatThrownBy(() -> new Cidr(IpAddress.parse("10.0.0.0"), length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 to 32");
    }

    @Test
    void blocksAreValues() {
        assertThat(Cidr.parse("10.0.0.0/8")).isEqualTo(Cidr.parse("10.0.0.0/8")).isNotEqualTo(Cidr.parse("10.0.0.0/9"));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "192.0.2.1/32, 192.0.2.1, true",
        "192.0.2.1/32, 192.0.2.0, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
    })
    void tellsWhatIsInIt(String block, String address, boolean inside) {
        assertThat(Cidr.parse(block).contains(IpAddress.parse(address))).isEqualTo(inside);
    }
}
