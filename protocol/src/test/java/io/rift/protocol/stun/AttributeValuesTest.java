package io.rift.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.AddressError;
import io.rift.protocol.turn.IcmpError;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of each attribute's value, written and read. */
class AttributeValuesTest {
    private static final TransactionId ID = new TransactionId(1, 2);
    private static final TransportAddress ADDRESS = TransportAddress.parse("192.0.2.7:9");

    @Test
    void passwordAlgorithmsAreNumbersAndPaddedParameters() {
        PasswordAlgorithm odd = new PasswordAlgorithm(0x1234, new byte[] {1, 2, 3, 4, 5});
        survives(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256, "00020000");
        survives(
                StunAttributes.PASSWORD_ALGORITHMS,
                List.of(PasswordAlgorithm.MD5, PasswordAlgorithm.SHA_256),
                "0001000000020000");
        survives(
                StunAttributes.PASSWORD_ALGORITHMS,
                List.of(odd, PasswordAlgorithm.MD5),
                "12340005" + "0102030405000000" + "00010000");
        survives(StunAttributes.PASSWORD_ALGORITHMS, List.of(), "");
        assertThat(read(StunAttributes.PASSWORD_ALGORITHM, "12340005" + "0102030405"))
                .isEqualTo(odd);
        for (String malformed : List.of("", "0002", "00020001", "0002000000", "0002000000010000")) {
            assertThat(read(StunAttributes.PASSWORD_ALGORITHM, malformed))
                    .as(malformed)
                    .isNull();
        }
        assertThat(read(StunAttributes.PASSWORD_ALGORITHMS, "00010000".repeat(16)))
                .hasSize(16);
        for (String malformed : List.of("0002", "00020005" + "01020304", "00010000".repeat(17))) {
            assertThat(read(StunAttributes.PASSWORD_ALGORITHMS, malformed))
                    .as(malformed)
                    .isNull();
        }
        assertThat(odd).isNotEqualTo(new PasswordAlgorithm(0x1234, new byte[] {1, 2, 3, 4, 6}));
        assertThatIllegalArgumentException().isThrownBy(() -> new PasswordAlgorithm(0x10000, new byte[0]));
    }

    @Test
    void aUserhashHas32Bytes() {
        assertThat(read(StunAttributes.USERHASH, "ab".repeat(32))).hasSize(32);
        assertThat(read(StunAttributes.USERHASH, "ab".repeat(31))).isNull();
        assertThat(read(StunAttributes.USERHASH, "ab".repeat(33))).isNull();
    }

    /** RFC 8489 section 14.3: 763 bytes must be readable, whatever may be written. */
    @Test
    void textsAreReadUpTo763Bytes() {
        for (StunAttribute<String> text : List.of(
                StunAttributes.USERNAME,
                StunAttributes.REALM,
                StunAttributes.SOFTWARE,
                StunAttributes.ALTERNATE_DOMAIN)) {
            assertThat(read(text, "61".repeat(763))).isEqualTo("a".repeat(763));
            assertThat(read(text, "61".repeat(764))).isNull();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> write(StunAttributes.ALTERNATE_DOMAIN, "a".repeat(256)));
    }

    @Test
    void alternateServerAndTheAddressesOfDiscoveryAreNotXored() {
        String value = "0001" + "0009" + "c0000207";
        survives(StunAttributes.ALTERNATE_SERVER, ADDRESS, value);
        survives(DiscoveryAttributes.RESPONSE_ORIGIN, ADDRESS, value);
        survives(DiscoveryAttributes.OTHER_ADDRESS, ADDRESS, value);
    }

    /** RFC 5780 section 7.2, figure 1: A is bit 29 and B bit 30 of the 32. */
    @Test
    void changeRequestHasTwoFlags() {
        survives(DiscoveryAttributes.CHANGE_REQUEST, new DiscoveryAttributes.Change(true, true), "00000006");
        survives(DiscoveryAttributes.CHANGE_REQUEST, new DiscoveryAttributes.Change(true, false), "00000004");
        survives(DiscoveryAttributes.CHANGE_REQUEST, new DiscoveryAttributes.Change(false, true), "00000002");
        survives(DiscoveryAttributes.CHANGE_REQUEST, new DiscoveryAttributes.Change(false, false), "00000000");
        assertThat(read(DiscoveryAttributes.CHANGE_REQUEST, "0006")).isNull();
    }

    @Test
    void aResponsePortIsReadWithAndWithoutItsPadding() {
        survives(DiscoveryAttributes.RESPONSE_PORT, 0xABCD, "abcd0000");
        assertThat(read(DiscoveryAttributes.RESPONSE_PORT, "abcd")).isEqualTo(0xABCD);
        assertThat(read(DiscoveryAttributes.RESPONSE_PORT, "abcd00")).isNull();
    }

    @Test
    void paddingIsZeros() {
        survives(DiscoveryAttributes.PADDING, 8, "00".repeat(8));
        assertThat(read(DiscoveryAttributes.PADDING, "61".repeat(1500))).isEqualTo(1500);
    }

    @Test
    void connectionIdAndMobilityTicketSurvive() {
        survives(TurnAttributes.CONNECTION_ID, 0xFFFF_FFFEL, "fffffffe");
        survives(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, IpAddress.Family.IPV6.code(), "02000000");
        assertThat(read(TurnAttributes.CONNECTION_ID, "00000000fffffffe")).isNull();
        assertThat(read(TurnAttributes.MOBILITY_TICKET, "")).isEmpty();
        assertThat(read(TurnAttributes.MOBILITY_TICKET, "01".repeat(256))).hasSize(256);
        assertThat(read(TurnAttributes.MOBILITY_TICKET, "01".repeat(257))).isNull();
    }

    /** RFC 8656 section 18.12: 8 bits of family, 13 reserved, 3 of class, 8 of number. */
    @Test
    void anAddressErrorCodeNamesTheFamily() {
        ErrorCode error = ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
        survives(
                TurnAttributes.ADDRESS_ERROR_CODE,
                new AddressError(IpAddress.Family.IPV6, error),
                "02000428"
                        + HexFormat.of().formatHex(error.reason().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        for (String malformed : List.of("", "020004", "03000428", "00000428", "02000728", "02000464")) {
            assertThat(read(TurnAttributes.ADDRESS_ERROR_CODE, malformed))
                    .as(malformed)
                    .isNull();
        }
    }

    /** RFC 8656 section 18.13, figure: 16 bits reserved, 7 of type, 9 of code, 32 of error data. */
    @Test
    void anIcmpErrorHasSevenBitsOfTypeAndNineOfCode() {
        survives(TurnAttributes.ICMP, new IcmpError(3, 4, 1400), "0000" + "0604" + "00000578");
        survives(TurnAttributes.ICMP, new IcmpError(127, 511, 0xFFFF_FFFFL), "0000" + "ffff" + "ffffffff");
        assertThat(read(TurnAttributes.ICMP, "ffff" + "0604" + "00000578")).isEqualTo(new IcmpError(3, 4, 1400));
        assertThat(read(TurnAttributes.ICMP, "00000604")).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> new IcmpError(128, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new IcmpError(0, 512, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new IcmpError(0, 0, 1L << 32));
    }

    private static <T> void survives(StunAttribute<T> attribute, T value, String hex) {
        byte[] message = write(attribute, value);
        int length = ByteBuffer.wrap(message).getShort(StunMessage.HEADER_BYTES + 2);
        assertThat(HexFormat.of().formatHex(message, 24, 24 + length)).isEqualTo(hex);
        assertThat(read(attribute, hex)).isEqualTo(value);
    }

    private static <T> byte[] write(StunAttribute<T> attribute, T value) {
        return StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, ID)
                .add(attribute, value)
                .encode();
    }

    private static <T> T read(StunAttribute<T> attribute, String hex) {
        return attribute.read(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), ID);
    }
}
