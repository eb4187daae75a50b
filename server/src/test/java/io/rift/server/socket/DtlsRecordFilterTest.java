package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DtlsRecordFilterTest {

    private static final int CLIENT_KEY_EXCHANGE = 16;

    @Test
    void whatAClientSendsInAHandshakePasses() {
        byte[] keyExchange = record(22, 0, fragment(66, 0, 66));
        byte[] changeCipherSpec = record(20, 0, new byte[] {1});
        byte[] finished = record(22, 1, new byte[48]);
        byte[] early = record(23, 1, new byte[1200]);
        assertThat(passes(keyExchange)).isTrue();
        assertThat(passes(join(keyExchange, changeCipherSpec, finished))).isTrue();
        assertThat(passes(record(21, 1, new byte[26]))).isTrue();
        assertThat(passes(early)).isTrue();
        assertThat(passes(record(22, 0, join(fragment(66, 0, 40), fragment(66, 40, 26)))))
                .isTrue();
    }

    @Test
    void aFragmentOfAMessageThatIsTooLongDoesNotPassWhereverItIs() {
        int max = DtlsRecordFilter.MAX_MESSAGE_BYTES;
        assertThat(passes(record(22, 0, fragment(max, 0, 0)))).isTrue();
        for (int claimed : new int[] {max + 1, 0x10000, 0x800000, 0xFFFFFF}) {
            byte[] hostile = fragment(claimed, 0, 0);
            assertThat(passes(record(22, 0, hostile))).isFalse();
            assertThat(passes(record(22, 0, join(fragment(5, 0, 5), hostile)))).isFalse();
            assertThat(passes(join(record(20, 0, new byte[] {1}), record(22, 0, hostile))))
                    .isFalse();
        }
    }

    @Test
    void whatIsNotWholeDoesNotPass() {
        byte[] whole = join(record(22, 0, fragment(66, 0, 66)), record(22, 1, new byte[40]));
        int first = 13 + 12 + 66;
        for (int length = 0; length < whole.length; length++) {
            assertThat(DtlsRecordFilter.passes(whole, length))
                    .as("%d bytes", length)
                    .isEqualTo(length == first);
        }
        assertThat(passes(record(22, 0, new byte[0]))).isFalse();
        assertThat(passes(record(22, 0, fragment(66, 60, 7)))).isFalse();
        assertThat(passes(record(22, 0, Arrays.copyOf(fragment(66, 0, 66), 70))))
                .isFalse();
        assertThat(passes(record(22, 0, join(fragment(5, 0, 5), new byte[11])))).isFalse();
    }

    @Test
    void whatHasNoPartInAHandshakeDoesNotPass() {
        assertThat(passes(record(23, 0, new byte[20]))).isFalse();
        for (int type : new int[] {0, 19, 24, 25, 26, 255}) {
            assertThat(passes(record(type, 0, new byte[20]))).isFalse();
            assertThat(passes(record(type, 1, new byte[20]))).isFalse();
        }
        assertThat(passes(record(22, 2, new byte[48]))).isFalse();
    }

    @Test
    void anAlertInTheClearDoesNotPassAsAnybodyCanSendIt() {
        byte[] alert = record(21, 0, new byte[] {2, 40});
        assertThat(passes(alert)).isFalse();
        assertThat(passes(join(record(22, 0, fragment(66, 0, 66)), alert))).isFalse();
    }

    @Test
    void aVersionThatTheLibraryThrowsAtDoesNotPass() {
        for (int epoch = 0; epoch < 2; epoch++) {
            byte[] content = fragment(66, 0, 66);
            byte[] good = record(22, epoch, content);
            for (int version = 0; version <= 0xFFFF; version++) {
                byte[] one = good.clone();
                one[1] = (byte) (version >> 8);
                one[2] = (byte) version;
                boolean known = version == 0xFEFF || version == 0xFEFD;
                assertThat(passes(one)).as("%x", version).isEqualTo(known);
                assertThat(passes(join(good, one))).isEqualTo(known);
            }
        }
    }

    @Test
    void anyBytesGetAnAnswer() {
        Random random = new Random(7);
        byte[] whole =
                join(record(22, 0, join(fragment(66, 0, 40), fragment(66, 40, 26))), record(22, 1, new byte[48]));
        for (int i = 0; i < 100_000; i++) {
            byte[] mutated = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            for (int j = 0; j < 3 && mutated.length > 0; j++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            passes(mutated);
        }
    }

    private static boolean passes(byte[] datagram) {
        return DtlsRecordFilter.passes(datagram, datagram.length);
    }

    private static byte[] record(int type, int epoch, byte[] content) {
        byte[] header = new byte[13];
        header[0] = (byte) type;
        header[1] = (byte) 0xFE;
        header[2] = (byte) 0xFD;
        header[4] = (byte) epoch;
        header[11] = (byte) (content.length >> 8);
        header[12] = (byte) content.length;
        return join(header, content);
    }

    private static byte[] fragment(int messageLength, int offset, int length) {
        byte[] fragment = new byte[12 + length];
        fragment[0] = CLIENT_KEY_EXCHANGE;
        uint24(fragment, 1, messageLength);
        fragment[5] = 2;
        uint24(fragment, 6, offset);
        uint24(fragment, 9, length);
        return fragment;
    }

    private static void uint24(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 16);
        bytes[at + 1] = (byte) (value >> 8);
        bytes[at + 2] = (byte) value;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
