package io.rift.protocol.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.Demultiplexer;
import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layouts byte by byte. Whole handshakes are compared with published vectors in peer-core. */
class SecureLayoutsTest {

    private static final Capabilities OFFER = new Capabilities(2, 3, List.of(0x0212, 0x0202), 0, 2_000_000_000L);

    @Test
    void keyInitHasTheLayoutOfProtocolMd() {
        byte[] unsigned = KeyInit.encodeUnsigned(
                OFFER, 0x11223344, filled(0x55, 32), 0x66778899, filled(0xE1, 32), null, PeerId.of(filled(0x1D, 32)));
        byte[] message = concat(unsigned, filled(0x51, 64));

        assertThat(HexFormat.of().formatHex(message))
                .isEqualTo("02030002" + "11223344" + "55".repeat(32) + "66778899" + "02120202" + "00".repeat(12)
                        + "e1".repeat(32) + "1d".repeat(32) + "51".repeat(64));
        KeyInit keyInit = KeyInit.parse(message);
        assertThat(keyInit.minVersion()).isEqualTo(2);
        assertThat(keyInit.maxVersion()).isEqualTo(3);
        assertThat(keyInit.initiatorIndex()).isEqualTo(0x11223344);
        assertThat(keyInit.session()).isEqualTo(filled(0x55, 32));
        assertThat(keyInit.epoch()).isEqualTo(0x66778899);
        assertThat(keyInit.suites()).containsExactly(0x0212, 0x0202);
        assertThat(keyInit.x25519Key()).isEqualTo(filled(0xE1, 32));
        assertThat(keyInit.mlkemKey()).isNull();
        assertThat(keyInit.initiator()).isEqualTo(PeerId.of(filled(0x1D, 32)));
        assertThat(keyInit.signature()).isEqualTo(filled(0x51, 64));
    }

    @Test
    void messagesHaveRoomForMlKem768() {
        byte[] key = filled(0x1E, 1184);
        byte[] keyInit = concat(
                KeyInit.encodeUnsigned(OFFER, 1, filled(2, 32), 0, filled(3, 32), key, PeerId.of(filled(4, 32))),
                filled(5, 64));
        assertThat(keyInit).hasSize(1372);
        assertThat(KeyInit.parse(keyInit).mlkemKey()).isEqualTo(key);
        assertThat(KeyInit.parse(keyInit).initiator()).isEqualTo(PeerId.of(filled(4, 32)));

        byte[] ciphertext = filled(0x1F, 1088);
        byte[] keyResp = concat(
                KeyResp.encodeUnboxed(
                        2, Suite.X25519MLKEM768_AES_256_GCM, 1, 2, filled(6, 16), filled(7, 32), ciphertext),
                filled(8, 144));
        assertThat(keyResp).hasSize(1292);
        assertThat(KeyResp.parse(keyResp).mlkemCiphertext()).isEqualTo(ciphertext);
        assertThat(KeyResp.parse(keyResp).box()).isEqualTo(filled(8, 144));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 00, version 0",
        "1, 01, maximum below minimum",
        "3, 00, no suite",
        "3, 09, more suites than there is room for",
        "3, 01, a suite behind the last one",
        "45, 00, suite 0x0200 twice"
    })
    void keyInitWithMalformedVersionsOrSuitesIsRefused(int at, String value, String why) {
        byte[] message = concat(
                KeyInit.encodeUnsigned(
                        new Capabilities(2, 3, List.of(0x0212, 0x0200), 0, 0),
                        1,
                        filled(2, 32),
                        0,
                        filled(3, 32),
                        null,
                        PeerId.of(filled(4, 32))),
                filled(5, 64));
        assertThat(KeyInit.parse(message)).isNotNull();
        message[at] = HexFormat.of().parseHex(value)[0];
        assertThat(KeyInit.parse(message)).as(why).isNull();
    }

    @Test
    void keyRespHasTheLayoutOfProtocolMd() {
        byte[] message = concat(
                KeyResp.encodeUnboxed(
                        2, Suite.X25519_AES_256_GCM, 0x11223344, 0x55667788, filled(0x99, 16), filled(0xE2, 32), null),
                filled(0xB0, 144));
        assertThat(HexFormat.of().formatHex(message))
                .isEqualTo("02000202" + "11223344" + "55667788" + "99".repeat(16) + "e2".repeat(32) + "b0".repeat(144));
        KeyResp keyResp = KeyResp.parse(message);
        assertThat(keyResp.version()).isEqualTo(2);
        assertThat(keyResp.suiteCode()).isEqualTo(0x0202);
        assertThat(keyResp.responderIndex()).isEqualTo(0x11223344);
        assertThat(keyResp.initiatorIndex()).isEqualTo(0x55667788);
        assertThat(keyResp.nonce()).isEqualTo(filled(0x99, 16));
        assertThat(keyResp.x25519Key()).isEqualTo(filled(0xE2, 32));
        assertThat(keyResp.unboxedPart()).isEqualTo(Arrays.copyOf(message, 60));
        assertThat(keyResp.box()).isEqualTo(filled(0xB0, 144));
    }

    @Test
    void proofsHaveTheLayoutOfProtocolMd() {
        byte[] ofResponder = KeyResp.Proof.encode(PeerId.of(filled(1, 32)), filled(2, 64), filled(3, 32));
        assertThat(HexFormat.of().formatHex(ofResponder))
                .isEqualTo("01".repeat(32) + "02".repeat(64) + "03".repeat(32));
        byte[] ofInitiator = KeyConfirm.Proof.encode(AeadAlgorithm.AES_256_GCM, filled(2, 64), filled(3, 32));
        assertThat(HexFormat.of().formatHex(ofInitiator)).isEqualTo("02" + "02".repeat(64) + "03".repeat(32));
        assertThat(KeyConfirm.encode(0x11223344, filled(9, 113))).hasSize(117).startsWith(0x11, 0x22, 0x33, 0x44, 9);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 116, 118, 187, 189, 203, 205, 1291, 1293, 1371, 1373})
    void messagesOfAnotherLengthAreRefused(int length) {
        byte[] message = filled(2, length);
        assertThat(KeyInit.parse(message)).isNull();
        assertThat(KeyResp.parse(message)).isNull();
        assertThat(KeyConfirm.parse(message)).isNull();
    }

    @Test
    void aFragmentHasTheLayoutOfProtocolMd() {
        ByteBuffer out = ByteBuffer.allocate(HandshakeFragment.HEADER_BYTES + 17);
        HandshakeFragment.writeHeader(out, HandshakeType.KEY_RESP, 1, 2, 0xA7, 0x11223344, filled(0xCC, 12));
        assertThat(HexFormat.of().formatHex(out.array()))
                .isEqualTo("e1" + "02" + "12" + "a7" + "11223344" + "cc".repeat(12) + "00".repeat(17));
        HandshakeFragment fragment = HandshakeFragment.parse(out.flip().limit(37));
        assertThat(fragment.type()).isEqualTo(HandshakeType.KEY_RESP);
        assertThat(fragment.index()).isEqualTo(1);
        assertThat(fragment.count()).isEqualTo(2);
        assertThat(fragment.attempt()).isEqualTo(0xA7);
        assertThat(fragment.receiverIndex()).isEqualTo(0x11223344);
        assertThat(fragment.nonce()).isEqualTo(filled(0xCC, 12));
        assertThat(Demultiplexer.classify(out)).isEqualTo(Demultiplexer.Kind.HANDSHAKE);
    }

    @ParameterizedTest
    @CsvSource({
        "e1010100, 36, nothing inside",
        "e1010100, 1201, too long",
        "e2010100, 100, another first byte",
        "e1000100, 100, type 0",
        "e1040100, 100, type 4",
        "e1010000, 100, no fragments",
        "e1011100, 100, index not below count",
        "e1010300, 1200, three fragments",
        "e1010200, 1199, a first fragment that is not full"
    })
    void malformedFragmentsAreRefused(String start, int length, String why) {
        byte[] datagram = concat(HexFormat.of().parseHex(start), new byte[length - 4]);
        assertThat(HandshakeFragment.parse(ByteBuffer.wrap(datagram))).as(why).isNull();
    }

    @ParameterizedTest
    @EnumSource(PayloadKind.class)
    void encryptedPayloadHasTheLayoutOfProtocolMd(PayloadKind kind) {
        ByteBuffer out = ByteBuffer.allocate(kind.headerBytes() + 18);
        new EncryptedPayload(2, kind, 0x0102, 0x11223344, 0x0102030405060708L, 0x55667788).write(out);
        assertThat(HexFormat.of().formatHex(out.array(), 0, kind.headerBytes()))
                .isEqualTo("e32" + kind.code() + "0102" + "11223344" + "0102030405060708"
                        + (kind == PayloadKind.VOICE ? "55667788" : ""));
        EncryptedPayload header = EncryptedPayload.parse(out.rewind());
        assertThat(header.algorithmCode()).isEqualTo(2);
        assertThat(header.kind()).isEqualTo(kind);
        assertThat(header.epoch()).isEqualTo(0x0102);
        assertThat(header.receiverIndex()).isEqualTo(0x11223344);
        assertThat(header.sequence()).isEqualTo(0x0102030405060708L);
        assertThat(header.timestamp()).isEqualTo(kind == PayloadKind.VOICE ? 0x55667788 : 0);
        assertThat(Demultiplexer.classify(out)).isEqualTo(Demultiplexer.Kind.ENCRYPTED_PAYLOAD);
        assertThat(EncryptedPayload.parse(out.limit(out.limit() - 1))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "e220, 0000000000000000, 60, another first byte",
        "e324, 0000000000000000, 60, an unknown kind",
        "e320, 8000000000000000, 60, a sequence of 64 bits",
        "e320, 0000000000000000, 33, too short for inner type and mark",
        "e322, 0000000000000000, 37, too short for voice",
        "e320, 0000000000000000, 1201, too long"
    })
    void malformedEncryptedPayloadsAreRefused(String start, String sequence, int length, String why) {
        byte[] datagram = concat(HexFormat.of().parseHex(start + "000000000000" + sequence), new byte[length - 16]);
        assertThat(EncryptedPayload.parse(ByteBuffer.wrap(datagram))).as(why).isNull();
    }

    @Test
    void capabilitiesHaveTheLayoutOfProtocolMd() {
        Capabilities capabilities = new Capabilities(2, 3, List.of(0x0212, 0x0202), 0x01020304, 0x0102030405060708L);
        byte[] encoded = capabilities.encode();
        assertThat(HexFormat.of().formatHex(encoded))
                .isEqualTo("02" + "03" + "02" + "01020304" + "0102030405060708" + "0212" + "0202");
        assertThat(Capabilities.parse(encoded)).isEqualTo(capabilities);
        assertThat(Capabilities.parse(concat(encoded, new byte[1]))).isNull();
        assertThat(Capabilities.parse(Arrays.copyOf(encoded, encoded.length - 1)))
                .isNull();
    }

    @Test
    void capabilitiesOutOfRangeCannotBeMade() {
        assertThatThrownBy(() -> new Capabilities(0, 2, List.of(1), 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(3, 2, List.of(1), 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 256, List.of(1), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 2, List.of(), 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 2, List.of(1, 1), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 2, List.of(0), 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 2, List.of(0x10000), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 2, List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(2, 2, List.of(1), 0, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersOnTheWireMatchProtocolMdAndUnknownOnesAreNone() {
        for (Suite suite : Suite.values()) {
            assertThat(Suite.ofCode(suite.code())).isEqualTo(suite);
            assertThat(suite.aead().code()).isEqualTo(suite.code() & 0xF);
            assertThat(suite.hybrid()).isEqualTo((suite.code() & 0x10) != 0);
        }
        for (HandshakeType type : HandshakeType.values()) {
            assertThat(HandshakeType.ofCode(type.code())).isEqualTo(type);
        }
        assertThat(Suite.ofCode(0x0203)).isNull();
        assertThat(AeadAlgorithm.ofCode(0)).isNull();
        assertThat(PayloadKind.ofCode(4)).isNull();
        assertThat(HandshakeType.ofCode(4)).isNull();
    }

    @Test
    void theDowngradeSentinelReplacesTheLastEightBytesOfTheNonce() {
        byte[] nonce = filled(0x99, 16);
        assertThat(DowngradeSentinel.isMarked(nonce)).isFalse();
        DowngradeSentinel.mark(nonce);
        assertThat(DowngradeSentinel.isMarked(nonce)).isTrue();
        assertThat(HexFormat.of().formatHex(nonce)).isEqualTo("99".repeat(8) + "52494654444f574e");
    }

    private static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
