package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Nonces;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a server and the {@link TurnModel} live through the same story, which the bytes of a fuzzer or of a random
 * generator tell, and compares them after each step.
 */
final class ModelRun {
    private static final TurnServerConfig.Builder CONFIG = TurnServerConfig.builder()
            .relayFamilies(TestServer.BOTH_FAMILIES)
            .mobility(MobilityConfig.ALLOWED)
            .maxAllocations(4)
            .maxAllocationsPerUser(3)
            .maxPermissionsPerAllocation(3)
            .maxChannelsPerAllocation(2);
    private static final List<IpAddress.@Nullable Family> REFRESHED =
            Arrays.asList(null, IpAddress.Family.IPV4, IpAddress.Family.IPV6);
    private static final Set<IpAddress> OWN = Set.of(TestServer.OWN, TestServer.OWN_IPV6);
    private static final int UDP_HEADER_BYTES = 28;
    private static final int[] METHODS = {
        StunMethod.BINDING,
        TurnMethod.ALLOCATE,
        TurnMethod.REFRESH,
        TurnMethod.CREATE_PERMISSION,
        TurnMethod.CHANNEL_BIND,
        TurnMethod.CONNECT,
        TurnMethod.CONNECTION_BIND
    };
    private static final int[] CHANNELS = {0x4000, 0x4001, 0x4002, 0x7FFF, 0x3FFF, 0x8000};
    private static final int[] SECONDS = {1, 29, 30, 31, 100, 299, 300, 301, 600};
    private static final int[] LIFETIMES = {0, 1, 700, 1_000_000};

    private final ByteBuffer story;
    private final TestServer shard = new TestServer(CONFIG);
    private final TurnModel model = new TurnModel(CONFIG.build(), TestServer.POLICY, OWN, shard.live::contains);
    private final TestClient[] clients = {
        TestClient.alice(shard, TransportAddress.parse("192.0.2.10:1")),
        TestClient.alice(shard, TransportAddress.parse("192.0.2.10:2")),
        TestClient.alice(shard, TransportAddress.parse("192.0.2.11:1")),
        TestClient.alice(shard, TransportAddress.parse("192.0.2.12:1")),
        new TestClient(shard, TransportAddress.parse("192.0.2.10:1"), "bob", "also secret"),
        new TestClient(shard, TransportAddress.parse("192.0.2.13:1"), "bob", "also secret"),
    };
    private long token;
    private byte @Nullable [] lastAllocate;
    private @Nullable TestClient lastAllocator;

    ModelRun(byte[] story) {
        this.story = ByteBuffer.wrap(story);
    }

    /** Lives through the story, and then waits until nothing is left. */
    void run() {
        while (story.hasRemaining()) {
            step();
            compareCounters();
        }
        advance(4_000);
        compareCounters();
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    private void step() {
        int who = choose(2 * clients.length);
        TestClient client = clients[who % clients.length];
        client.signsWithSha256 = who >= clients.length;
        switch (choose(21)) {
            case 0 -> allocate(client, Wanted.IPV4);
            case 1 -> allocate(client, Wanted.PAIR);
            case 2 -> allocateReserved(client);
            case 3 -> refresh(client);
            case 4 -> createPermission(client);
            case 5, 6 -> bindChannel(client);
            case 7 -> channelData(client);
            case 8 -> sendIndication(client);
            case 9, 10 -> fromPeer(client);
            case 12 -> stranger();
            case 13 -> impostor(client);
            case 14 -> oldNonce(client);
            case 15 -> retransmittedAllocate();
            case 16 -> allocate(client, Wanted.IPV6);
            case 17 -> allocate(client, Wanted.BOTH_FAMILIES);
            case 18 -> allocate(client, Wanted.MOBILITY);
            case 19, 20 -> move(client);
            default -> advance(SECONDS[choose(SECONDS.length)]);
        }
    }

    private enum Wanted {
        IPV4,
        PAIR,
        IPV6,
        BOTH_FAMILIES,
        MOBILITY
    }

    private void allocate(TestClient client, Wanted wanted) {
        freshNonce(client);
        boolean pair = wanted == Wanted.PAIR;
        ErrorCode expected =
                model.allocate(client.address, client.username, pair || wanted == Wanted.BOTH_FAMILIES ? 2 : 1);
        StunEncoder encoder = TestClient.udp(TestClient.begin(TurnMethod.ALLOCATE));
        int ipv6 = IpAddress.Family.IPV6.code();
        lastAllocate = client.sign(
                switch (wanted) {
                    case IPV4 -> encoder;
                    case PAIR -> encoder.add(TurnAttributes.EVEN_PORT, true);
                    case IPV6 -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, ipv6);
                    case BOTH_FAMILIES -> encoder.add(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY, ipv6);
                    case MOBILITY -> encoder.add(TurnAttributes.MOBILITY_TICKET, new byte[0]);
                });
        lastAllocator = client;
        StunMessage response = client.exchange(lastAllocate);
        compare(client, response, expected);
        if (expected == null) {
            model.allocated(client.address, client.username, response.all(TurnAttributes.XOR_RELAYED_ADDRESS));
            model.byClient.get(client.address).ticket = response.get(TurnAttributes.MOBILITY_TICKET);
        }
        byte[] newToken = response.get(TurnAttributes.RESERVATION_TOKEN);
        assertThat(newToken != null).isEqualTo(expected == null && pair);
        if (newToken != null) {
            token = ByteBuffer.wrap(newToken).getLong();
            model.reserved(token, client.username);
        }
    }

    private void allocateReserved(TestClient client) {
        freshNonce(client);
        byte[] bytes = ByteBuffer.allocate(8).putLong(token).array();
        ErrorCode expected = model.allocateReserved(client.address, client.username, token);
        StunMessage response = client.allocate(encoder -> encoder.add(TurnAttributes.RESERVATION_TOKEN, bytes));
        compare(client, response, expected);
        if (expected == null) {
            model.allocated(client.address, client.username, response.all(TurnAttributes.XOR_RELAYED_ADDRESS));
        }
    }

    private void refresh(TestClient client) {
        freshNonce(client);
        int kind = choose(3 * LIFETIMES.length);
        long lifetime = LIFETIMES[kind % LIFETIMES.length];
        IpAddress.Family family = REFRESHED.get(kind / LIFETIMES.length);
        StunEncoder request = TestClient.begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, lifetime);
        StunMessage response = client.request(
                family == null ? request : request.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, family.code()));
        compare(client, response, model.refresh(client.address, client.username, lifetime, family));
    }

    /** Takes the first allocation that has a ticket along to this client, and settles there with data. */
    private void move(TestClient client) {
        TestClient home = null;
        for (TestClient other : clients) {
            TurnModel.Allocated allocated = model.byClient.get(other.address);
            if (home == null && allocated != null && allocated.ticket != null) {
                home = other;
            }
        }
        if (home == null) {
            return;
        }
        freshNonce(client);
        StunMessage response = client.request(TestClient.begin(TurnMethod.REFRESH)
                .add(TurnAttributes.MOBILITY_TICKET, model.byClient.get(home.address).ticket));
        ErrorCode expected = model.move(home.address, client.address, client.username);
        compare(client, response, expected);
        if (expected == null) {
            model.byClient.get(client.address).ticket = response.get(TurnAttributes.MOBILITY_TICKET);
            sendIndication(client);
        }
    }

    private void createPermission(TestClient client) {
        freshNonce(client);
        List<TransportAddress> peers = new ArrayList<>();
        for (int i = choose(4); i > 0; i--) {
            peers.add(peer());
        }
        ErrorCode expected = model.createPermission(client.address, client.username, peers);
        compare(client, client.createPermission(peers.toArray(TransportAddress[]::new)), expected);
    }

    private void bindChannel(TestClient client) {
        freshNonce(client);
        int number = CHANNELS[choose(CHANNELS.length)];
        TransportAddress peer = peer();
        ErrorCode expected = model.bindChannel(client.address, client.username, number, peer);
        compare(client, client.bindChannel(number, peer), expected);
    }

    private void channelData(TestClient client) {
        int number = CHANNELS[choose(CHANNELS.length)];
        ByteBuffer datagram = TestClient.channelData(number, "data");
        compare(client, shard.receive(client.address, datagram), model.channelData(client.address, number));
    }

    private void sendIndication(TestClient client) {
        TransportAddress peer = peer();
        ByteBuffer datagram = TestClient.sendIndication(peer, "data");
        TransportAddress expected = model.sendIndication(client.address, peer) ? peer : null;
        compare(client, shard.receive(client.address, datagram), expected);
    }

    private void compare(TestClient client, @Nullable Route route, @Nullable TransportAddress expected) {
        assertThat(route == null ? null : route.peer()).isEqualTo(expected);
        if (route != null) {
            assertThat(model.mayReach(route.peer())).isTrue();
            assertThat(route.relaySocket().port())
                    .isEqualTo(model.byClient
                            .get(client.address)
                            .relayedByFamily
                            .get(route.peer().ip().family())
                            .port());
        }
    }

    private void fromPeer(TestClient client) {
        TurnModel.Allocated allocated = model.byClient.get(client.address);
        TransportAddress peer = peer();
        IpAddress.Family family = peer.ip().family();
        TransportAddress relayed = allocated == null ? null : allocated.relayedByFamily.get(family);
        if (relayed == null) {
            return;
        }
        RelaySocket socket = shard.open.stream()
                .filter(open -> open.family() == family && open.port() == relayed.port())
                .findFirst()
                .orElseThrow();
        ByteBuffer buffer = TestServer.payload("data");
        ClientPath path = shard.receiveFromPeer(socket, peer, buffer);
        int expected = model.fromPeer(client.address, peer);
        assertThat(path != null).isEqualTo(expected >= 0);
        if (path == null) {
            return;
        }
        assertThat(path.client()).isEqualTo(client.address);
        if (expected == 0) {
            StunMessage indication = StunMessage.parse(buffer);
            assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(peer);
            assertThat(TestServer.text(indication.get(TurnAttributes.DATA))).isEqualTo("data");
        } else {
            assertThat(ChannelData.number(buffer)).isEqualTo(expected);
            assertThat(ChannelData.payloadLength(buffer)).isEqualTo(4);
        }
    }

    private void advance(long seconds) {
        shard.advanceSeconds(seconds);
        model.advance(seconds);
    }

    private static void compare(TestClient client, StunMessage response, @Nullable ErrorCode expected) {
        assertThat(response.get(StunAttributes.ERROR_CODE)).isEqualTo(expected);
        assertThat(client.isSignedForUs(response)).isTrue();
    }

    /** Somebody without credentials, anywhere: gets a challenge, or what Binding needs none for, and changes nothing. */
    private void stranger() {
        TransportAddress anywhere = TestClient.ipv4(100 + choose(100), 1 + choose(3));
        TestClient stranger = new TestClient(shard, anywhere, "nobody", "nothing");
        int method = METHODS[choose(METHODS.length)];
        byte[] request = switch (choose(4)) {
            case 0 -> TestClient.udp(TestClient.begin(method)).encode();
            case 1 -> TestClient.udp(TestClient.begin(method)).encodeWithFingerprint();
            case 2 -> TestClient.udp(TestClient.begin(method)).encodeWithIntegrity(new byte[16]);
            default -> stranger.sign(TestClient.udp(TestClient.begin(method)));
        };
        advance(0); // what is due at this very moment is none of the stranger's doing
        long timeout = shard.server.nextTimeoutNanos();
        StunMessage response = stranger.send(request);
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(timeout);
        if (response == null) {
            assertThat(shard.drops(DropReason.AMPLIFICATION)).isPositive();
            return;
        }
        assertThat(response.length() + UDP_HEADER_BYTES).isLessThanOrEqualTo(2 * (request.length + UDP_HEADER_BYTES));
        ErrorCode error = response.get(StunAttributes.ERROR_CODE);
        assertThat(error == null ? 0 : error.code())
                .isIn(method == StunMethod.BINDING ? List.of(0) : List.of(400, 401));
        assertThat(response.has(MessageIntegrity.SHA1) || response.has(MessageIntegrity.SHA256))
                .isFalse();
    }

    /** Somebody at a client's address who knows its name, its nonce, but not its password. */
    private void impostor(TestClient client) {
        freshNonce(client);
        TestClient impostor = new TestClient(shard, client.address, client.username, "guessed");
        impostor.nonce = client.nonce;
        impostor.signsWithSha256 = client.signsWithSha256;
        StunMessage response = switch (choose(4)) {
            case 0 -> impostor.refresh(0);
            case 1 -> impostor.createPermission(peer());
            case 2 -> impostor.bindChannel(CHANNELS[choose(CHANNELS.length)], peer());
            default -> impostor.allocate();
        };
        assertThat(response.get(StunAttributes.ERROR_CODE)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    /** A request that was recorded, or that is a nonce's lifetime late: refused, and the model does not hear of it. */
    private void oldNonce(TestClient client) {
        freshNonce(client);
        byte[] request = client.sign(TestClient.begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, 0L));
        advance(Nonces.DEFAULT_LIFETIME_SECONDS);
        StunMessage response = client.exchange(request);
        assertThat(response.get(StunAttributes.ERROR_CODE)).isEqualTo(ErrorCode.STALE_NONCE);
    }

    /** The same bytes again: the same answer while the allocation lives and its nonce holds, and no other one. */
    private void retransmittedAllocate() {
        byte[] request = lastAllocate;
        TestClient client = lastAllocator;
        if (request == null || client == null || !model.byClient.containsKey(client.address)) {
            return;
        }
        StunMessage response = client.exchange(request);
        ErrorCode error = response.get(StunAttributes.ERROR_CODE);
        assertThat(error == null ? 0 : error.code()).isIn(0, 437, 438);
        if (error == null) {
            assertThat(response.all(TurnAttributes.XOR_RELAYED_ADDRESS))
                    .containsAll(
                            model.byClient.get(client.address).relayedByFamily.values());
        }
    }

    private void compareCounters() {
        TurnCounters counters = shard.server.counters();
        assertThat(counters.allocations()).isEqualTo(model.byClient.size());
        assertThat(shard.open).hasSize(model.relayed().size() + model.reservedByToken.size());
        assertThat(counters.permissions())
                .isEqualTo(model.byClient.values().stream()
                        .mapToInt(allocated -> allocated.permissionExpiryByIp.size())
                        .sum());
        assertThat(counters.channels())
                .isEqualTo(model.byClient.values().stream()
                        .mapToInt(allocated -> allocated.peerByChannel.size())
                        .sum());
    }

    private static void freshNonce(TestClient client) {
        client.fetchNonce();
    }

    private TransportAddress peer() {
        List<TransportAddress> relayed = model.relayed();
        return switch (choose(12)) {
            case 0, 1, 2, 3 -> TestClient.ipv4(1 + choose(4), 1 + choose(2));
            case 4 -> TestServer.DENIED_PEER;
            case 5 -> TransportAddress.parse("10.0.0.1:1");
            case 6 -> new TransportAddress(TestServer.OWN, choose(3));
            case 7 -> new TransportAddress(IpAddress.parse("::ffff:198.51.100.1"), 1);
            case 9 -> new TransportAddress(IpAddress.parse("2001:db8:20::" + (1 + choose(3))), 1 + choose(2));
            case 10 -> TransportAddress.parse("[2001:db8:30::1]:1");
            case 11 -> new TransportAddress(TestServer.OWN_IPV6, choose(3));
            default -> relayed.isEmpty() ? TestServer.PEER : relayed.get(choose(relayed.size()));
        };
    }

    private int choose(int bound) {
        return story.hasRemaining() ? (story.get() & 0xFF) % bound : 0;
    }
}
