package io.rift.peer.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.IcmpError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Permissions, channels and the data through them. */
class RelayPathsTest {
    private static final TransportAddress PEER = TransportAddress.parse("203.0.113.5:7000");
    private static final TransportAddress PEER6 = TransportAddress.parse("[2001:db8::5]:7000");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ScriptedServer server = new ScriptedServer();
    private final TurnClient client = server.client;

    private static ByteBuffer datagram(String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(TurnClient.HEADROOM_BYTES + bytes.length + TurnClient.TAILROOM_BYTES)
                .position(TurnClient.HEADROOM_BYTES)
                .put(bytes)
                .flip()
                .position(TurnClient.HEADROOM_BYTES);
    }

    private static String text(ByteBuffer payload) {
        return StandardCharsets.US_ASCII.decode(payload).toString();
    }

    private boolean send(TransportAddress peer) {
        return client.wrap(datagram("hello"), peer, server.now);
    }

    private void permit(TransportAddress peer) {
        client.requestPermission(peer.ip(), server.now);
        server.run(SECOND);
    }

    private void bind(TransportAddress peer) {
        client.bindChannel(peer, server.now);
        server.run(SECOND);
    }

    private static StunMessage dataIndication(TransportAddress peer, String payload) {
        StunEncoder indication = StunEncoder.of(MessageClass.INDICATION, TurnMethod.DATA, new TransactionId(1, 1));
        indication.add(TurnAttributes.XOR_PEER_ADDRESS, peer);
        indication.add(TurnAttributes.DATA, ByteBuffer.wrap(payload.getBytes(StandardCharsets.US_ASCII)));
        return StunMessage.parse(ByteBuffer.wrap(indication.encode()));
    }

    @Test
    void nothingIsSentWithoutAllocationAndPermission() {
        assertThat(send(PEER)).isFalse();
        server.allocated();
        assertThat(send(PEER)).isFalse();
        permit(PEER);
        assertThat(send(PEER)).isTrue();
        assertThat(send(TransportAddress.parse("203.0.113.6:7000"))).isFalse();
    }

    @Test
    void beforeAChannelIsBoundDataTravelsInSendIndications() {
        server.allocated();
        permit(PEER);
        permit(PEER6);

        for (TransportAddress peer : new TransportAddress[] {PEER, PEER6}) {
            ByteBuffer datagram = datagram("hello");
            assertThat(client.wrap(datagram, peer, server.now)).isTrue();
            StunMessage indication = StunMessage.parse(datagram);
            assertThat(indication).isNotNull();
            assertThat(indication.is(MessageClass.INDICATION, TurnMethod.SEND)).isTrue();
            assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(peer);
            assertThat(text(indication.get(TurnAttributes.DATA))).isEqualTo("hello");
        }
    }

    @Test
    void aBoundChannelCarriesDataBothWays() {
        server.allocated();
        bind(PEER);
        TurnOutput.ChannelBound bound =
                server.events(TurnOutput.ChannelBound.class).getFirst();

        ByteBuffer datagram = datagram("hello");
        assertThat(client.wrap(datagram, PEER, server.now)).isTrue();
        assertThat(datagram.remaining()).isEqualTo(ChannelData.HEADER_BYTES + 5);
        assertThat(ChannelData.number(datagram)).isEqualTo(bound.number());
        assertThat(client.handleChannelData(datagram)).isEqualTo(PEER);
        assertThat(text(datagram)).isEqualTo("hello");
    }

    @Test
    void aChannelImpliesAPermission() {
        server.allocated();
        bind(PEER);

        assertThat(server.events)
                .contains(new TurnOutput.PermissionInstalled(PEER.ip()))
                .anyMatch(TurnOutput.ChannelBound.class::isInstance);
        assertThat(send(new TransportAddress(PEER.ip(), 1))).isTrue();
        assertThat(server.requests(TurnMethod.CREATE_PERMISSION)).isEmpty();
    }

    @Test
    void whatWasAskedForBeforeTheAllocationIsDoneAfterIt() {
        client.requestPermission(PEER6.ip(), server.now);
        client.bindChannel(PEER, server.now);
        server.run(SECOND);
        assertThat(server.requests).isEmpty();

        server.allocated();
        assertThat(server.events)
                .contains(new TurnOutput.PermissionInstalled(PEER6.ip()))
                .anyMatch(TurnOutput.ChannelBound.class::isInstance);
    }

    @Test
    void aRepeatedQuestionIsAnsweredAtOnce() {
        server.allocated();
        bind(PEER);
        int requests = server.requests.size();
        server.events.clear();

        client.requestPermission(PEER.ip(), server.now);
        client.bindChannel(PEER, server.now);
        server.drain();
        assertThat(server.requests).hasSize(requests);
        assertThat(server.events).hasSize(2);
    }

    @Test
    void refusalsAreToldByTheirCode() {
        server.allocated();
        server.errors.add(403);
        permit(PEER);
        server.errors.add(508);
        bind(PEER);

        assertThat(server.events)
                .endsWith(new TurnOutput.PermissionRefused(PEER.ip(), 403), new TurnOutput.ChannelRefused(PEER, 508));
        assertThat(send(PEER)).isFalse();
    }

    @Test
    void usedPermissionsAndChannelsAreRenewedAndIdleOnesAreNot() {
        TransportAddress idle = TransportAddress.parse("203.0.113.77:1");
        server.allocated();
        permit(PEER6);
        permit(idle);
        bind(PEER);
        for (int i = 0; i < 12 * 60; i++) {
            assertThat(send(PEER6)).isTrue();
            assertThat(send(PEER)).isTrue();
            server.run(Duration.ofSeconds(5));
        }

        long renewals = server.requests(TurnMethod.CREATE_PERMISSION).stream()
                .filter(request ->
                        request.get(TurnAttributes.XOR_PEER_ADDRESS).ip().equals(PEER6.ip()))
                .count();
        assertThat(renewals).isBetween(14L, 16L); // every 240 s
        assertThat(server.requests(TurnMethod.CHANNEL_BIND)).hasSizeBetween(7, 9); // every 480 s
        assertThat(server.requests(TurnMethod.CREATE_PERMISSION))
                .filteredOn(request ->
                        request.get(TurnAttributes.XOR_PEER_ADDRESS).ip().equals(idle.ip()))
                .hasSize(1);
        assertThat(send(idle)).isFalse();
    }

    @Test
    void aRenewalThatIsRefusedEndsThePermission() {
        server.allocated();
        permit(PEER);
        server.run(SECOND);
        send(PEER);
        server.errors.add(403);
        server.run(Duration.ofSeconds(245));

        assertThat(server.events).endsWith(new TurnOutput.PermissionRefused(PEER.ip(), 403));
        assertThat(send(PEER)).isFalse();
    }

    @Test
    void aPermissionThatCannotBeRenewedEndsAfterFiveMinutes() {
        server.allocated();
        permit(PEER);
        server.run(SECOND);
        send(PEER);
        server.isSilent = true;
        server.run(Duration.ofSeconds(297));
        assertThat(send(PEER)).isTrue();
        server.run(Duration.ofSeconds(3));

        assertThat(send(PEER)).isFalse();
        assertThat(server.events).endsWith(new TurnOutput.PermissionRefused(PEER.ip(), 0));
    }

    @Test
    void bothTablesHaveABound() {
        server.allocated();
        for (int i = 0; i <= TurnClient.MAX_PERMISSIONS; i++) {
            permit(new TransportAddress(IpAddress.ofIpv4(0xCB007100 + i), 1));
        }
        for (int i = 0; i <= TurnClient.MAX_CHANNELS; i++) {
            bind(new TransportAddress(IpAddress.ofIpv4(0xCB007100), 1 + i));
        }

        assertThat(server.events(TurnOutput.PermissionInstalled.class)).hasSize(TurnClient.MAX_PERMISSIONS);
        assertThat(server.events(TurnOutput.PermissionRefused.class)).hasSize(1);
        assertThat(server.events(TurnOutput.ChannelBound.class).stream()
                        .map(TurnOutput.ChannelBound::number)
                        .distinct())
                .hasSize(TurnClient.MAX_CHANNELS);
        assertThat(server.events(TurnOutput.ChannelRefused.class)).hasSize(1);
    }

    @Test
    void dataIndicationsAreUnwrappedWhenTheirPeerIsPermitted() {
        server.allocated();
        permit(PEER);

        RelayedDatagram relayed = client.handleStun(dataIndication(PEER, "hello"), server.now);
        assertThat(relayed).isNotNull();
        assertThat(relayed.peer()).isEqualTo(PEER);
        assertThat(text(relayed.payload())).isEqualTo("hello");

        assertThat(client.handleStun(dataIndication(PEER6, "hello"), server.now))
                .isNull();
        assertThat(client.dropped(TurnDropReason.NO_PERMISSION)).isEqualTo(1);
        byte[] empty = StunEncoder.of(MessageClass.INDICATION, TurnMethod.DATA, new TransactionId(1, 1))
                .encode();
        assertThat(client.handleStun(StunMessage.parse(ByteBuffer.wrap(empty)), server.now))
                .isNull();
        assertThat(client.dropped(TurnDropReason.MALFORMED_INDICATION)).isEqualTo(1);
    }

    @Test
    void wordOfAnIcmpErrorChangesNothing() {
        server.allocated();
        permit(PEER);
        byte[] error = StunEncoder.of(MessageClass.INDICATION, TurnMethod.DATA, new TransactionId(1, 1))
                .add(TurnAttributes.XOR_PEER_ADDRESS, PEER)
                .add(TurnAttributes.ICMP, new IcmpError(3, 3, 0))
                .encode();

        assertThat(client.handleStun(StunMessage.parse(ByteBuffer.wrap(error)), server.now))
                .isNull();
        assertThat(client.dropped(TurnDropReason.ICMP_ERROR)).isEqualTo(1);
        assertThat(client.handleStun(dataIndication(PEER, "hello"), server.now)).isNotNull();
    }

    @Test
    void malformedChannelDataIsCounted() {
        server.allocated();
        bind(PEER);
        int number = server.events(TurnOutput.ChannelBound.class).getFirst().number();

        ByteBuffer tooLong = ByteBuffer.allocate(8);
        ChannelData.writeHeader(tooLong, 0, number, 5);
        assertThat(client.handleChannelData(tooLong)).isNull();
        assertThat(client.handleChannelData(ByteBuffer.allocate(3))).isNull();
        assertThat(client.dropped(TurnDropReason.MALFORMED_CHANNEL_DATA)).isEqualTo(2);

        ByteBuffer unbound = ByteBuffer.allocate(8);
        ChannelData.writeHeader(unbound, 0, number + 1, 4);
        assertThat(client.handleChannelData(unbound)).isNull();
        assertThat(client.dropped(TurnDropReason.UNKNOWN_CHANNEL)).isEqualTo(1);
    }

    @Test
    void aBoundChannelAllocatesNothingPerDatagram() {
        server.allocated();
        bind(PEER);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuffer datagram = datagram("hello");
        long thread = Thread.currentThread().threadId();

        long allocated = 0;
        for (int round = 0; round < 20; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            for (int i = 0; i < 1000; i++) {
                datagram.position(TurnClient.HEADROOM_BYTES);
                client.wrap(datagram, PEER, server.now);
                client.handleChannelData(datagram);
            }
            allocated = threads.getThreadAllocatedBytes(thread) - before;
        }
        assertThat(allocated).isZero();
    }
}
