package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.Demultiplexer;
import io.rift.protocol.TransportAddress;
import io.rift.simulation.network.Datagram;
import io.rift.simulation.network.Realm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody on the path who flips bits, repeats, invents and holds back. */
class HostilePathSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void flippedBitsAnywhereOnlyCostRetransmissions(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        RandomGenerator random = call.internet().network().randomGenerator();
        attack(call, datagram -> random.nextInt(4) == 0 ? List.of(flipped(datagram, random)) : List.of(datagram));
        call.connect();
        call.exchange(200);
        call.assertThatTheServerReadNothing();
    }

    /** What the relay itself would do, if it were hostile. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void flippedBitsInRelayedDataOnlyCostRetransmissions(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.OFFICE, Sites.OFFICE);
        RandomGenerator random = call.internet().network().randomGenerator();
        attack(call, datagram -> random.nextInt(4) == 0 ? List.of(flipped(datagram, random)) : List.of(datagram));
        call.connect();
        call.exchange(200);
        call.assertThatTheServerReadNothing();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsReplayedAtOnceOrLaterIsDeliveredOnce(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        RandomGenerator random = call.internet().network().randomGenerator();
        List<Datagram> seen = new ArrayList<>();
        attack(call, datagram -> {
            seen.add(datagram);
            return List.of(datagram, datagram, seen.get(random.nextInt(seen.size())));
        });
        call.connect();
        call.exchange(200);
        for (int i = 0; i < 200; i++) {
            call.outgoing().sendDatagram("datagram " + i);
            call.run(Duration.ofMillis(5));
        }
        call.run(Duration.ofSeconds(1));
        assertThat(call.incoming().receivedDatagrams()).hasSize(200).doesNotHaveDuplicates();
        call.exchange(10);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void plaintextAndForgeriesFromTheVeryAddressOfThePeerAreIgnored(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        RandomGenerator random = call.internet().network().randomGenerator();
        call.connect();
        call.exchange(5);
        attack(call, datagram -> {
            List<Datagram> onwards = new ArrayList<>();
            onwards.add(datagram);
            onwards.add(forged(datagram, "hello in plaintext".getBytes(StandardCharsets.UTF_8)));
            for (Demultiplexer.Kind kind : Demultiplexer.Kind.values()) {
                byte[] noise = new byte[random.nextInt(1, 200)];
                random.nextBytes(noise);
                noise[0] = (byte) firstByte(kind);
                onwards.add(forged(datagram, noise));
            }
            return onwards;
        });
        call.exchange(100);
        call.run(Duration.ofMinutes(2));
        call.exchange(5);
        assertThat(call.incoming().receivedDatagrams()).isEmpty();
        assertThat(call.outgoing().receivedDatagrams()).isEmpty();
    }

    /** A captured packet is no way to move a connection to another address. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void packetsReplayedFromAnotherAddressMoveNothing(long seed) {
        Call call = new Call(simulations.internet(seed), new Site.Public(), new Site.Public());
        call.connect();
        call.exchange(5);
        List<Demultiplexer.Kind> sentToStranger = new ArrayList<>();
        TransportAddress stranger = TransportAddress.parse("203.0.113.66:6666");
        attack(call, datagram -> {
            if (datagram.destination().equals(stranger)) {
                sentToStranger.add(Demultiplexer.classify(datagram.payload()));
            }
            return List.of(Datagram.of(stranger, datagram.destination(), datagram.payload()), datagram);
        });
        call.exchange(50);
        call.run(Duration.ofSeconds(40));
        call.exchange(50);

        assertThat(call.outgoing().path().remoteAddress()).isNotEqualTo(stranger);
        assertThat(call.incoming().path().remoteAddress()).isNotEqualTo(stranger);
        // A redirected check is answered to where it seems to come from, and checked in return. Data never goes there.
        assertThat(sentToStranger).isNotEmpty().containsOnly(Demultiplexer.Kind.STUN);
    }

    private static void attack(Call call, Realm.Attacker attacker) {
        call.internet().network().internet().attackBy(attacker);
    }

    private static Datagram flipped(Datagram datagram, RandomGenerator random) {
        byte[] bytes = bytes(datagram);
        int bit = random.nextInt(8 * bytes.length);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        return forged(datagram, bytes);
    }

    private static Datagram forged(Datagram like, byte[] payload) {
        return Datagram.of(like.source(), like.destination(), ByteBuffer.wrap(payload));
    }

    private static byte[] bytes(Datagram datagram) {
        byte[] bytes = new byte[datagram.payloadBytes()];
        datagram.payload().get(bytes);
        return bytes;
    }

    private static int firstByte(Demultiplexer.Kind kind) {
        return switch (kind) {
            case STUN -> 0x01;
            case CHANNEL_DATA -> 0x40;
            case HANDSHAKE -> Demultiplexer.HANDSHAKE_BYTE;
            case COOKIE -> Demultiplexer.COOKIE_BYTE;
            case ENCRYPTED_PAYLOAD -> Demultiplexer.ENCRYPTED_PAYLOAD_BYTE;
            case PEER_RELAYED -> Demultiplexer.PEER_RELAYED_BYTE;
            case UNKNOWN -> 0xFF;
        };
    }
}
