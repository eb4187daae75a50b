package io.rift.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostTest {
    private static final Link LINK = Link.of(Duration.ofMillis(1));

    private final Network network = new Network(7);
    private final Host alice = network.host("alice", network.internet(), "192.0.2.1", LINK);
    private final Host bob = network.host("bob", network.internet(), "192.0.2.2", LINK);
    private final List<String> received = new ArrayList<>();

    @Test
    void aDatagramReachesTheSocketAtItsDestinationAndNoOther() {
        Host.UdpSocket right = bob.bind(100, (source, payload) -> received.add("right from " + source));
        bob.bind(101, (source, payload) -> received.add("wrong"));
        Host.UdpSocket sender = alice.bind(9, (source, payload) -> {});

        sender.send(right.local(), new byte[1]);
        sender.send(new TransportAddress(bob.address(), 102), new byte[1]);
        sender.send(TransportAddress.parse("192.0.2.3:100"), new byte[1]);
        run();

        assertThat(received).containsExactly("right from 192.0.2.1:9");
        assertThat(network.trace().last(10)).contains("NO_SOCKET").contains("NO_ROUTE");
    }

    @Test
    void aHostReachesItself() {
        Host.UdpSocket one = alice.bind(1, (source, payload) -> received.add("from " + source));
        Host.UdpSocket two = alice.bind(2, (source, payload) -> {});
        two.send(one.local(), new byte[1]);
        run();
        assertThat(received).containsExactly("from 192.0.2.1:2");
    }

    @Test
    void aClosedSocketNeitherSendsNorReceivesAndFreesItsPort() {
        Host.UdpSocket receiver = bob.bind(100, (source, payload) -> received.add("old"));
        Host.UdpSocket sender = alice.bind((source, payload) -> {});
        assertThatThrownBy(() -> bob.bind(100, (source, payload) -> {})).isInstanceOf(IllegalArgumentException.class);
        receiver.close();
        bob.bind(100, (source, payload) -> received.add("new"));

        sender.send(receiver.local(), new byte[1]);
        sender.close();
        sender.send(receiver.local(), new byte[1]);
        run();

        assertThat(received).containsExactly("new");
    }

    @Test
    void whatAReceiverWritesToItsBufferNobodyElseSees() {
        Host.UdpSocket receiver = bob.bind(100, (source, payload) -> {
            payload.put(0, (byte) 9);
            received.add("seen");
        });
        Capture capture = bob.startCapture();
        byte[] payload = {1};
        alice.bind((source, ignored) -> {}).send(receiver.local(), payload);
        payload[0] = 5;
        run();

        assertThat(received).hasSize(1);
        assertThat(capture.datagrams().getFirst().datagram().payload().get(0)).isEqualTo((byte) 1);
    }

    @Test
    void aCaptureKeepsBothDirectionsAndFindsBytesInThem() {
        Capture capture = bob.startCapture();
        Host.UdpSocket echo = bob.bind(100, (source, payload) -> {});
        Host.UdpSocket sender = alice.bind(9, (source, payload) -> {});
        sender.send(echo.local(), "the canary sings".getBytes(StandardCharsets.UTF_8));
        run();
        echo.send(sender.local(), ByteBuffer.allocate(3));

        assertThat(capture.datagrams())
                .extracting(
                        Capture.Captured::direction,
                        captured -> captured.datagram().payloadBytes())
                .containsExactly(tuple(Capture.Direction.IN, 16), tuple(Capture.Direction.OUT, 3));
        assertThat(capture.contains("canary".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(capture.contains("sings".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(capture.contains("canaries".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
    }

    @Test
    void aFirewallLetsInOnlyAnswersAndOnlyForAWhile() {
        Host guarded = network.host(
                "guarded",
                network.internet(),
                "192.0.2.9",
                LINK,
                network.firewall(NatBehavior.Filtering.ADDRESS_AND_PORT_DEPENDENT, Duration.ofSeconds(30)));
        Host.UdpSocket inside = guarded.bind(5, (source, payload) -> received.add("from " + source));
        Host.UdpSocket friend = alice.bind(9, (source, payload) -> {});
        Host.UdpSocket otherPort = alice.bind(10, (source, payload) -> {});
        friend.send(inside.local(), new byte[1]);
        run();
        assertThat(received).isEmpty();

        inside.send(friend.local(), new byte[1]);
        run();
        friend.send(inside.local(), new byte[1]);
        otherPort.send(inside.local(), new byte[1]);
        run();
        assertThat(received).containsExactly("from 192.0.2.1:9");

        network.time().run(Duration.ofSeconds(30).toNanos());
        friend.send(inside.local(), new byte[1]);
        run();
        assertThat(received).hasSize(1);
    }

    @Test
    void aHostThatMovedIsReachedAtItsNewAddressOnly() {
        Host.UdpSocket old = bob.bind(100, (source, payload) -> received.add("old address"));
        bob.detach(old.local().ip());
        bob.attach(network.internet(), IpAddress.parse("192.0.2.77"), LINK);
        Host.UdpSocket moved = bob.bind(100, (source, payload) -> received.add("new address"));
        Host.UdpSocket sender = alice.bind((source, payload) -> {});

        sender.send(old.local(), new byte[1]);
        sender.send(moved.local(), new byte[1]);
        old.send(sender.local(), new byte[1]);
        run();

        assertThat(received).containsExactly("new address");
    }

    @Test
    void anAttackerOnThePathCanDropReplaceAndAdd() {
        Host.UdpSocket receiver = bob.bind(100, (source, payload) -> received.add(source + " " + payload.get()));
        Host.UdpSocket sender = alice.bind(9, (source, payload) -> {});
        network.internet().attackBy(datagram -> switch (datagram.payload().get(0)) {
            case 1 -> List.of();
            case 2 ->
                List.of(Datagram.of(
                        TransportAddress.parse("192.0.2.66:6"), datagram.destination(), ByteBuffer.wrap(new byte[] {22
                        })));
            case 3 -> List.of(datagram, datagram);
            default -> List.of(datagram);
        });
        for (byte number = 1; number <= 4; number++) {
            sender.send(receiver.local(), new byte[] {number});
        }
        run();

        assertThat(received).containsExactly("192.0.2.66:6 22", "192.0.2.1:9 3", "192.0.2.1:9 3", "192.0.2.1:9 4");
        assertThat(network.trace().last(20).lines().filter(line -> line.contains("TAMPERED")))
                .hasSize(3);
    }

    private void run() {
        network.time().run(Duration.ofMillis(100).toNanos());
    }
}
