package io.rift.peer.core.secure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Two handshakes and the network between them, in virtual time. */
final class HandshakePair {

    static final IpAddress ADDRESS = IpAddress.parse("192.0.2.1");
    static final long RTT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** What becomes of a datagram: a delay for each copy that arrives. */
    interface Network {
        List<Long> delaysNanos(ByteBuffer datagram);
    }

    static final Network PERFECT = datagram -> List.of(RTT_NANOS / 2);

    /** Every datagram is lost, duplicated and reordered at random. */
    static Network hostile(RandomGenerator random, double loss) {
        return datagram -> {
            List<Long> delays = new ArrayList<>();
            for (int copy = random.nextInt(10) == 0 ? 2 : 1; copy > 0; copy--) {
                if (random.nextDouble() >= loss) {
                    delays.add(random.nextLong(RTT_NANOS / 4, 3 * RTT_NANOS));
                }
            }
            return delays;
        };
    }

    /** One side with all it said and delivered. */
    static final class Side {
        final Handshake handshake;
        final List<byte[]> sent = new ArrayList<>();
        final List<OpenedPayload> received = new ArrayList<>();

        @Nullable SecureSession early;

        @Nullable SecureSession session;

        @Nullable HandshakeFailure failure;

        Side(Handshake handshake) {
            this.handshake = handshake;
        }

        /** Bodies of the received payloads, as text. */
        List<String> texts() {
            return received.stream()
                    .map(payload -> new String(payload.bodyBytes(), UTF_8))
                    .toList();
        }
    }

    private record Delivery(long atNanos, long order, Side to, ByteBuffer datagram) {}

    final Side alice;
    final Side bob;
    long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1); // so that every test runs through the wrap-around

    private final Network network;
    private final PriorityQueue<Delivery> deliveries =
            new PriorityQueue<>(Comparator.<Delivery>comparingLong(d -> d.atNanos() - Long.MAX_VALUE)
                    .thenComparingLong(Delivery::order));
    private long order;

    HandshakePair(HandshakeContext alice, HandshakeContext bob, Network network, RandomGenerator random) {
        this.network = network;
        this.alice = new Side(Handshake.initiate(alice, RTT_NANOS, random, nowNanos));
        this.bob = new Side(Handshake.respond(bob, new HandshakeLimits(), random));
    }

    /** Alice and Bob as they should be. */
    static HandshakePair honest(Network network, long seed) {
        return between(TestParty.alice(), TestParty.bob(), network, seed);
    }

    static HandshakePair between(TestParty alice, TestParty bob, Network network, long seed) {
        return new HandshakePair(alice.toward(bob), bob.toward(alice), network, new SplittableRandom(seed));
    }

    /** An honest pair whose handshake is over. */
    static HandshakePair established(Integer... suites) {
        var capabilities = suites.length == 0 ? TestParty.CAPABILITIES : TestParty.capabilities(suites);
        HandshakePair pair = between(TestParty.alice(capabilities), TestParty.bob(capabilities), PERFECT, 7);
        pair.run();
        return pair;
    }

    /** Lets everything happen until nothing is left to happen. */
    void run() {
        drain();
        while (step()) {
            drain();
        }
    }

    /** Puts all outputs of both sides on the network. */
    void drain() {
        drain(alice);
        drain(bob);
    }

    /** Seals a payload and sends it over the network. */
    void send(Side from, SecureSession session, String text) {
        byte[] body = text.getBytes(UTF_8);
        transmit(from, session.seal(PayloadKind.CHAT, 1, body));
    }

    void transmit(Side from, ByteBuffer datagram) {
        byte[] bytes = bytes(datagram);
        from.sent.add(bytes);
        for (long delay : network.delaysNanos(datagram)) {
            deliveries.add(
                    new Delivery(nowNanos + delay, order++, from == alice ? bob : alice, ByteBuffer.wrap(bytes)));
        }
    }

    /** Hands a datagram to one side, whatever it is. */
    void deliver(Side to, byte[] datagram) {
        if ((datagram[0] & 0xFF) == 0xE1) {
            to.handshake.handleFragment(ByteBuffer.wrap(datagram), ADDRESS, nowNanos);
        } else {
            OpenedPayload payload = to.handshake.handlePayload(ByteBuffer.wrap(datagram));
            if (payload != null) {
                to.received.add(payload);
            }
        }
    }

    /** What is between position and limit. */
    static byte[] bytes(ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        return bytes;
    }

    private boolean step() {
        Delivery next = deliveries.peek();
        Side waiting = earlier(alice, bob);
        long deadline = waiting.handshake.nextTimeoutNanos();
        boolean timeoutFirst = deadline != Deadlines.NEVER && (next == null || deadline - next.atNanos() < 0);
        if (timeoutFirst) {
            nowNanos = deadline;
            waiting.handshake.handleTimeout(nowNanos);
            return true;
        }
        if (next == null) {
            return false;
        }
        deliveries.remove();
        nowNanos = next.atNanos();
        deliver(next.to(), bytes(next.datagram()));
        return true;
    }

    private static Side earlier(Side one, Side two) {
        long first = one.handshake.nextTimeoutNanos();
        long second = two.handshake.nextTimeoutNanos();
        boolean firstIsEarlier = second == Deadlines.NEVER || (first != Deadlines.NEVER && first - second <= 0);
        return firstIsEarlier ? one : two;
    }

    private void drain(Side side) {
        for (HandshakeOutput output = side.handshake.poll(); output != null; output = side.handshake.poll()) {
            switch (output) {
                case HandshakeOutput.Transmit transmit -> transmit(side, transmit.datagram());
                case HandshakeOutput.MaySend maySend -> side.early = maySend.session();
                case HandshakeOutput.Established established -> side.session = established.session();
                case HandshakeOutput.Received received -> side.received.add(received.payload());
                case HandshakeOutput.Failed failed -> side.failure = failed.failure();
            }
        }
    }
}
