package io.rift.peer.core.secure;

import static io.rift.peer.core.secure.TestParty.filled;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.secure.EncryptedPayload;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SecureSessionTest {

    private static final String CLASSICAL = "X25519_.*"; // the hybrid suites begin with X25519MLKEM768
    private static final byte[] CANARY = "the canary that nobody may see".getBytes(UTF_8);

    @ParameterizedTest
    @EnumSource(value = Suite.class, names = CLASSICAL, mode = EnumSource.Mode.MATCH_ALL)
    void everyKindOfPayloadArrivesAsItWasSealedAndShowsNothingOnTheWay(Suite suite) {
        Ends ends = new Ends(suite);
        for (PayloadKind kind : PayloadKind.values()) {
            byte[] datagram = ends.seal(kind, CANARY);
            assertThat(new String(datagram, UTF_8)).doesNotContain("canary");

            OpenedPayload opened = ends.bob.open(ByteBuffer.wrap(datagram));
            assertThat(opened.kind()).isEqualTo(kind);
            assertThat(opened.innerType()).isEqualTo(0x42);
            assertThat(opened.bodyBytes()).isEqualTo(CANARY);
            assertThat(opened.timestamp()).isEqualTo(kind == PayloadKind.VOICE ? 960 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Suite.class, names = CLASSICAL, mode = EnumSource.Mode.MATCH_ALL)
    void anyFlippedBitOfAnyPayloadIsDroppedAndTheGenuineOneOpensOnceAfterwards(Suite suite) {
        Ends ends = new Ends(suite);
        for (PayloadKind kind : PayloadKind.values()) {
            byte[] datagram = ends.seal(kind, CANARY);
            for (int bit = 0; bit < 8 * datagram.length; bit++) {
                byte[] flipped = datagram.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(ends.bob.open(ByteBuffer.wrap(flipped)))
                        .as("%s bit %d", kind, bit)
                        .isNull();
            }
            assertThat(ends.bob.open(ByteBuffer.wrap(datagram))).isNotNull();
            long replayed = ends.bob.drops().of(DropReason.REPLAYED);
            assertThat(ends.bob.open(ByteBuffer.wrap(datagram))).isNull();
            assertThat(ends.bob.drops().of(DropReason.REPLAYED)).isEqualTo(replayed + 1);
        }
        assertThat(ends.bob.drops().of(DropReason.NOT_AUTHENTIC)).isPositive();
        assertThat(ends.bob.drops().of(DropReason.WRONG_ALGORITHM)).isPositive();
        assertThat(ends.bob.drops().of(DropReason.WRONG_EPOCH)).isPositive();
        assertThat(ends.bob.drops().of(DropReason.WRONG_INDEX)).isPositive();
        assertThat(ends.bob.drops().of(DropReason.MALFORMED)).isPositive();
    }

    @Test
    void payloadsThatArriveInAnyOrderAreEachDeliveredOnce() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        List<byte[]> datagrams = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            datagrams.add(ends.seal(PayloadKind.CHAT, ("message " + i).getBytes(UTF_8)));
        }
        datagrams.addAll(List.copyOf(datagrams));
        Collections.shuffle(datagrams, new Random(4));

        Set<Long> sequences = new HashSet<>();
        for (byte[] datagram : datagrams) {
            OpenedPayload opened = ends.bob.open(ByteBuffer.wrap(datagram));
            if (opened != null) {
                assertThat(sequences.add(opened.sequence())).isTrue();
                assertThat(new String(opened.bodyBytes(), UTF_8)).isEqualTo("message " + opened.sequence());
            }
        }
        assertThat(sequences).hasSize(1000);
        assertThat(ends.bob.drops().of(DropReason.REPLAYED)).isEqualTo(1000);
    }

    @Test
    void aPayloadFurtherBackThanTheWindowIsTooOld() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        byte[] first = ends.seal(PayloadKind.BULK, CANARY);
        byte[] second = ends.seal(PayloadKind.BULK, CANARY);
        byte[] last = second;
        for (int i = 2; i <= ReplayWindow.WINDOW; i++) {
            last = ends.seal(PayloadKind.BULK, CANARY);
        }
        ends.bob.open(ByteBuffer.wrap(last));

        assertThat(ends.bob.open(ByteBuffer.wrap(first))).isNull();
        assertThat(ends.bob.drops().of(DropReason.TOO_OLD)).isEqualTo(1);
        assertThat(ends.bob.open(ByteBuffer.wrap(second))).isNotNull();
    }

    @Test
    void aPayloadIsNotOpenedByItsOwnSender() {
        // Different keys in both directions: a reflected packet is a forgery like any other.
        Ends ends = new Ends(Suite.X25519_AES_256_GCM, 5, 5);
        byte[] datagram = ends.seal(PayloadKind.CHAT, CANARY);

        assertThat(ends.alice.open(ByteBuffer.wrap(datagram))).isNull();
        assertThat(ends.alice.drops().of(DropReason.NOT_AUTHENTIC)).isEqualTo(1);
    }

    @Test
    void aPayloadOfOneKindIsNoneOfAnother() {
        // Chat and bulk headers differ in four bits; the keys differ too, so relabelling alone is not enough.
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        byte[] datagram = ends.seal(PayloadKind.CHAT, CANARY);
        datagram[1] = (byte) ((datagram[1] & 0xF0) | PayloadKind.BULK.code());

        assertThat(ends.bob.open(ByteBuffer.wrap(datagram))).isNull();
        assertThat(ends.bob.drops().of(DropReason.NOT_AUTHENTIC)).isEqualTo(1);
    }

    @Test
    void plaintextIsNeverAccepted() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        byte[] datagram = ends.seal(PayloadKind.CHAT, CANARY);
        byte[] plaintext = new byte[datagram.length];
        System.arraycopy(datagram, 0, plaintext, 0, EncryptedPayload.HEADER_BYTES);
        System.arraycopy(CANARY, 0, plaintext, EncryptedPayload.HEADER_BYTES, CANARY.length);

        for (int alg = 0; alg < 16; alg++) {
            plaintext[1] = (byte) (alg << 4 | PayloadKind.CHAT.code());
            assertThat(ends.bob.open(ByteBuffer.wrap(plaintext))).isNull();
        }
        assertThat(ends.bob.open(ByteBuffer.wrap(CANARY))).isNull();
        assertThat(ends.bob.drops().of(DropReason.WRONG_ALGORITHM)).isEqualTo(15);
    }

    @Test
    void oneSuitesPayloadIsNotOpenedUnderTheOthersName() {
        Ends gcm = new Ends(Suite.X25519_AES_256_GCM);
        Ends chaCha = new Ends(Suite.X25519_CHACHA20_POLY1305);
        assertThat(chaCha.bob.open(ByteBuffer.wrap(gcm.seal(PayloadKind.CHAT, CANARY))))
                .isNull();
        assertThat(chaCha.bob.drops().of(DropReason.WRONG_ALGORITHM)).isEqualTo(1);
    }

    @Test
    void aGenuinePayloadOpensAfterAForgeryOfTheSameNumberUnderEverySuite() {
        for (Suite suite : Negotiation.SUITES) {
            Ends ends = new Ends(suite);
            byte[] datagram = ends.seal(PayloadKind.VOICE, CANARY);
            byte[] forged = datagram.clone();
            forged[forged.length - 1] ^= 1;

            assertThat(ends.bob.open(ByteBuffer.wrap(forged))).isNull();
            assertThat(ends.bob.open(ByteBuffer.wrap(datagram))).as("%s", suite).isNotNull();
        }
    }

    @Test
    void noNonceIsEverUsedTwiceWithOneKey() {
        // A nonce is iv XOR (timestamp || sequence): with one key the pairs of timestamp and sequence have to differ.
        SplittableRandom random = new SplittableRandom(11);
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        Set<List<Object>> used = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            PayloadKind kind = PayloadKind.ofCode(random.nextInt(4));
            byte[] body = new byte[random.nextInt(100)];
            ByteBuffer datagram = kind == PayloadKind.VOICE
                    ? ends.alice.sealVoice(random.nextInt(3), 0x42, body)
                    : ends.alice.seal(kind, 0x42, body);
            EncryptedPayload header = EncryptedPayload.parse(datagram);
            assertThat(used.add(List.of(header.kind(), header.sequence()))).isTrue();
        }
        assertThat(used).hasSize(20_000);
    }

    @Test
    void lengthsOnTheWireComeInSteps() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        int shortest = ends.seal(PayloadKind.CHAT, new byte[0]).length;
        assertThat(ends.seal(PayloadKind.CHAT, new byte[62])).hasSize(shortest);
        assertThat(ends.seal(PayloadKind.CHAT, new byte[63])).hasSize(shortest + 64);
        assertThat(ends.seal(PayloadKind.VOICE, new byte[20]).length)
                .isEqualTo(ends.seal(PayloadKind.VOICE, new byte[60]).length);
        assertThat(ends.seal(PayloadKind.BULK, new byte[1])).hasSize(16 + 1 + 1 + 1 + 16);
    }

    @ParameterizedTest
    @EnumSource(PayloadKind.class)
    void bodiesOfEveryLengthUpToTheLongestArriveAndNoDatagramIsLongerThan1200Bytes(PayloadKind kind) {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        int longest = SecureSession.maxBodyBytes(kind);
        for (int length : new int[] {0, 1, 61, 62, 63, 64, 1000, longest - 1, longest}) {
            byte[] body = filled(0x80, length); // looks like padding
            byte[] datagram = ends.seal(kind, body);
            assertThat(datagram.length).isLessThanOrEqualTo(1200);
            assertThat(ends.bob.open(ByteBuffer.wrap(datagram)).bodyBytes()).isEqualTo(body);
            byte[] zeros = new byte[length];
            assertThat(ends.bob.open(ByteBuffer.wrap(ends.seal(kind, zeros))).bodyBytes())
                    .isEqualTo(zeros);
        }
        assertThat(ends.seal(kind, new byte[longest])).hasSize(1200);
        assertThatThrownBy(() -> ends.seal(kind, new byte[longest + 1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void datagramsLeaveRoomForTheHeaderOfARelayAndOpenFromDirectMemoryToo() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        ByteBuffer datagram = ends.alice.seal(PayloadKind.CHAT, 1, CANARY);
        assertThat(datagram.position()).isEqualTo(SecureSession.HEADROOM_BYTES);
        assertThat(datagram.capacity() - datagram.limit()).isEqualTo(SecureSession.TAILROOM_BYTES);

        ByteBuffer direct = ByteBuffer.allocateDirect(2000).position(7);
        direct.put(datagram).limit(direct.position()).position(7);
        assertThat(ends.bob.open(direct).bodyBytes()).isEqualTo(CANARY);
        assertThat(direct.position()).isEqualTo(7);
    }

    @Test
    void misuseByTheCallerIsRefused() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        assertThatThrownBy(() -> ends.alice.seal(PayloadKind.VOICE, 1, CANARY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ends.alice.seal(PayloadKind.CONTROL, SecureSession.READY, CANARY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ends.alice.seal(PayloadKind.CHAT, 256, CANARY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ends.alice.export("", CANARY, 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ends.alice.export("ümlaut", CANARY, 32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ends.alice.export("label", CANARY, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedSessionSealsNothingOpensNothingAndExportsNothing() {
        Ends ends = new Ends(Suite.X25519_AES_256_GCM);
        byte[] datagram = ends.seal(PayloadKind.CHAT, CANARY);
        ends.alice.close();
        ends.bob.close();

        assertThat(ends.bob.open(ByteBuffer.wrap(datagram))).isNull();
        assertThat(ends.bob.drops().of(DropReason.CLOSED)).isEqualTo(1);
        assertThat(ends.alice.remainingPackets(PayloadKind.CHAT)).isZero();
        assertThatThrownBy(() -> ends.alice.seal(PayloadKind.CHAT, 1, CANARY))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> ends.alice.export("label", CANARY, 32)).isInstanceOf(IllegalStateException.class);
    }

    /** Two ends of one session, without a handshake. */
    private static final class Ends {
        final SecureSession alice;
        final SecureSession bob;

        Ends(Suite suite) {
            this(suite, TestParty.ALICE_INDEX, TestParty.BOB_INDEX);
        }

        Ends(Suite suite, int aliceIndex, int bobIndex) {
            byte[] i2r = filled(0x12, 32);
            byte[] r2i = filled(0x21, 32);
            alice = new SecureSession(
                    suite, TestParty.bob().peerId(), aliceIndex, bobIndex, i2r.clone(), r2i.clone(), filled(3, 32));
            bob = new SecureSession(suite, TestParty.alice().peerId(), bobIndex, aliceIndex, r2i, i2r, filled(3, 32));
        }

        byte[] seal(PayloadKind kind, byte[] body) {
            return HandshakePair.bytes(
                    kind == PayloadKind.VOICE ? alice.sealVoice(960, 0x42, body) : alice.seal(kind, 0x42, body));
        }
    }
}
