package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What connections can do to the server, and to others: nothing. Each test fails without the defence in question. */
@Timeout(60)
class ConnectionFloodIT {

    private static final String ATTACKER = "127.0.9.66";
    private static final String CLIENT = "127.0.9.11";
    private static final int CHANNEL = 0x4001;

    private RiftServer server;
    private final List<StreamWire> wires = new ArrayList<>();

    @AfterEach
    void stop() {
        wires.forEach(StreamWire::close);
        server.close();
    }

    @Test
    void connectionsThatSayNothingDoNotKeepOthersOut() {
        start("--rift.turn.tcp.max-connections=8", "--rift.turn.tcp.max-waiting=4");
        try (TurnTestClient before = client()) {
            before.allocate();
            for (int i = 0; i < 20; i++) {
                open(ATTACKER);
            }
            try (TurnTestClient after = client()) {
                after.allocate();
                assertThat(after.release()).isEqualTo(200);
            }
            assertThat(before.release())
                    .as("one that has an allocation is not touched")
                    .isEqualTo(200);
        }
        awaitEnds("pushed-out", 17);
        assertThat(wires.getFirst().isClosedWithin(1000)).isTrue();
    }

    @Test
    void aMessageThatComesInDribsAndDrabsHasToBeWholeInTime() throws InterruptedException {
        start("--rift.turn.tcp.message-timeout=1s");
        long began = System.nanoTime();
        StreamWire dribbler = open(ATTACKER);
        byte[] request = binding();
        int sent = 0;
        boolean closed = false;
        while (!closed && sent < request.length) {
            try {
                dribbler.sendRaw(request[sent]);
            } catch (java.io.UncheckedIOException e) {
                break;
            }
            sent++;
            closed = dribbler.isClosedWithin(200);
        }
        assertThat(sent).as("bytes until the end").isLessThan(request.length);
        assertThat(System.nanoTime() - began).isGreaterThan(900_000_000L);
        awaitEnds("no-message", 1);
    }

    @Test
    void whoNeverAllocatesHasToGo() throws IOException {
        start("--rift.turn.tcp.message-timeout=1s", "--rift.turn.tcp.allocation-timeout=2s");
        long began = System.nanoTime();
        StreamWire idler = open(ATTACKER);
        idler.sendRaw(binding()); // or it would have to go for saying nothing, where the next lines take long
        try (TurnTestClient client = client()) {
            client.allocate();
            boolean closed = false;
            while (!closed && System.nanoTime() - began < 10_000_000_000L) {
                try {
                    idler.sendRaw(binding());
                } catch (java.io.UncheckedIOException e) {
                    break;
                }
                closed = idler.isClosedWithin(100);
            }
            assertThat(System.nanoTime() - began).isBetween(1_900_000_000L, 8_000_000_000L);
            awaitEnds("no-allocation", 1);
            assertThat(client.binding()).as("one that has an allocation stays").isEqualTo(client.local());
            assertThat(client.release()).isEqualTo(200);
        }
    }

    @Test
    void oneAddressHasOnlySoManyConnections() {
        start("--rift.turn.tcp.max-connections-per-address=3");
        for (int i = 0; i < 3; i++) {
            open(ATTACKER);
        }
        await().until(() -> Scrape.sample(server, "rift_turn_connections", "transport=\"tcp\"") == 3);
        assertThat(open(ATTACKER).isClosedWithin(5000)).isTrue();
        awaitEnds("too-many-from-address", 1);
        try (TurnTestClient client = client()) {
            assertThat(client.binding()).isEqualTo(client.local());
        }
        wires.getFirst().close();
        await().until(() -> Scrape.sample(server, "rift_turn_connections", "transport=\"tcp\"") == 2);
        assertThat(open(ATTACKER).isClosedWithin(300)).isFalse();
    }

    @Test
    void whoMayNotComePushesNobodyOut() {
        start("--rift.turn.tcp.max-connections=2", "--rift.turn.tcp.max-connections-per-address=1");
        StreamWire victim = open(CLIENT);
        open(ATTACKER);
        await().until(() -> Scrape.sample(server, "rift_turn_connections", "transport=\"tcp\"") == 2);
        assertThat(open(ATTACKER).isClosedWithin(5000)).isTrue();
        awaitEnds("too-many-from-address", 1);
        awaitEnds("pushed-out", 0);
        assertThat(victim.isClosedWithin(100)).isFalse();
    }

    @Test
    void inAllThereAreOnlySoManyConnections() {
        start("--rift.turn.tcp.max-connections=2");
        try (TurnTestClient first = client();
                TurnTestClient second = client()) {
            first.allocate();
            second.allocate();
            assertThat(open(ATTACKER).isClosedWithin(5000)).isTrue();
            awaitEnds("too-many", 1);
            assertThat(first.release()).isEqualTo(200);
            assertThat(second.release()).isEqualTo(200);
        }
    }

    /** With many shards their waiting rooms together are larger than the node. */
    @Test
    void connectionsThatSayNothingDoNotFillTheNode() {
        start("--rift.turn.tcp.max-connections=4", "--rift.turn.tcp.max-waiting=1000");
        for (int i = 0; i < 4; i++) {
            open(ATTACKER);
        }
        await().until(() -> Scrape.sample(server, "rift_turn_connections", "transport=\"tcp\"") == 4);
        try (TurnTestClient client = client()) {
            client.allocate();
            for (int i = 0; i < 4; i++) {
                open(ATTACKER);
            }
            awaitEnds("pushed-out", 5);
            assertThat(client.release()).isEqualTo(200);
        }
        assertThat(Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"too-many\""))
                .isZero();
        assertThat(wires.getFirst().isClosedWithin(1000)).isTrue();
    }

    @Test
    void dataForASlowReaderIsDroppedAndOthersAreServed() throws IOException {
        start();
        StreamWire slowWire = open(ATTACKER);
        try (TurnTestClient slow = new TurnTestClient(slowWire, "alice", "wonderland");
                TurnTestClient other = client();
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            TransportAddress peerAddress = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
            TransportAddress relayOfSlow = slow.allocate();
            TransportAddress relayOfOther = other.allocate();
            assertThat(slow.bindChannel(CHANNEL, peerAddress)).isEqualTo(200);
            assertThat(other.bindChannel(CHANNEL, peerAddress)).isEqualTo(200);

            byte[] data = new byte[1200];
            DatagramPacket toSlow = new DatagramPacket(data, data.length, relayOfSlow.toSocketAddress());
            DatagramPacket toOther = new DatagramPacket(data, data.length, relayOfOther.toSocketAddress());
            int rounds = 0;
            for (; rounds < 400 && dropsOfSlowReaders() < 20_000; rounds++) {
                for (int i = 0; i < 100; i++) {
                    peer.send(toSlow);
                }
                data[0] = (byte) rounds;
                peer.send(toOther); // one at a time: what is not dropped arrives
                assertThat(other.receiveChannelData(CHANNEL)).isEqualTo(data);
            }
            assertThat(dropsOfSlowReaders()).as("after %s rounds", rounds).isPositive();
            assertThat(Scrape.sample(server, "rift_turn_drops_total", "reason=\"send-buffer-full\""))
                    .isZero();
            assertThat(other.release()).isEqualTo(200);
            // 64 kB wait here; what the kernel keeps for the connection is 512 kB there, and 128 kB at the client.
            assertThat(unread(slowWire)).as("bytes that waited").isBetween(64 * 1024, 1024 * 1024);
        }
    }

    /** How many bytes have waited for whoever has not read for long. */
    private static int unread(StreamWire wire) throws IOException {
        wire.socket().setSoTimeout(500);
        byte[] bytes = new byte[16 * 1024];
        int count = 0;
        try {
            for (int n = 0; n >= 0; n = wire.socket().getInputStream().read(bytes)) {
                count += n;
            }
        } catch (SocketTimeoutException e) {
            // no more
        }
        return count;
    }

    private double dropsOfSlowReaders() {
        return Scrape.sample(server, "rift_turn_drops_total", "reason=\"slow-reader\"");
    }

    @Test
    void whoAsksAndDoesNotReadTheAnswersHasToGo() {
        start();
        StreamWire deaf = open(ATTACKER);
        byte[] request = binding();
        byte[] many = new byte[200 * request.length];
        for (int i = 0; i < 200; i++) {
            System.arraycopy(request, 0, many, i * request.length, request.length);
        }
        boolean closed = false;
        for (int i = 0; i < 2000 && !closed; i++) {
            try {
                deaf.sendRaw(many);
            } catch (java.io.UncheckedIOException e) {
                closed = true;
            }
        }
        awaitEnds("answers-not-read", 1);
        try (TurnTestClient client = client()) {
            assertThat(client.binding()).isEqualTo(client.local());
        }
    }

    private void start(String... settings) {
        List<String> all = new ArrayList<>(Arrays.asList(settings));
        all.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.users.alice=wonderland",
                "--rift.turn.allowed-peers=127.0.9.0/24"));
        server = RiftServer.start(all.toArray(String[]::new));
    }

    private void awaitEnds(String reason, int count) {
        await().untilAsserted(() -> assertThat(
                        Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"" + reason + "\""))
                .isEqualTo(count));
    }

    private StreamWire open(String from) {
        StreamWire wire = StreamWire.connect(from, server.ports().turnTcp());
        wires.add(wire);
        return wire;
    }

    private TurnTestClient client() {
        return new TurnTestClient(StreamWire.connect(CLIENT, server.ports().turnTcp()), "alice", "wonderland");
    }

    private static byte[] binding() {
        return StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, new TransactionId(1, 2))
                .encode();
    }
}
