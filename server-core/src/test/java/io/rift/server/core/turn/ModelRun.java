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
            .highestChannelNumber(TurnServerConfig.RFC_5766_HIGHEST_CHANNEL)
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
    private static final int[] SECONDS = {1, 9, 10, 29, 30, 31, 60, 100, 299, 300, 301, 600};
    private static final int[] LIFETIMES = {0, 1, 700, 1_000_000};

    private final ByteBuffer story;
    private final TestServer shard = new TestServer(CONFIG);
    private final TurnModel model = new TurnModel(CONFIG.build(), TestServer.POLICY, OWN, shard.live::contains);
    private final ModelClients clients = new ModelClients(shard);
    private final ModelOperator operator = new ModelOperator(shard, model);
    private final ModelAllocates allocates = new ModelAllocates(shard, model);

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
        allocates.answerLate(true, false);
        compareCounters();
        assertThat(shard.open).isEmpty();
        assertThat(shard.server.tickets()).isZero();
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
    }

    private void step() {
        int who = choose(2 * clients.count());
        TestClient client = clients.get(who % clients.count());
        client.signsWithSha256 = who >= clients.count();
        ModelAllocates.Wanted[] wanted = ModelAllocates.Wanted.values();
        switch (choose(32)) {
            case 0, 1, 2 -> allocates.allocate(client, wanted[choose(wanted.length)]);
            case 3 -> allocates.allocateReserved(client);
            case 4 -> refresh(client);
            case 5 -> createPermission(client);
            case 6, 7 -> bindChannel(client);
            case 8 -> channelData(client);
            case 9 -> sendIndication(client);
            case 10, 11 -> fromPeer(client);
            case 12 -> stranger();
            case 13 -> impostor(client);
            case 14 -> oldNonce(client);
            case 15 -> allocates.retransmit();
            case 16 -> allocates.allocateLate(client, wanted[choose(wanted.length)]);
            case 17 -> allocates.answerLate(choose(2) == 0, choose(2) == 0);
            case 18, 19 -> allocates.allocate(client, ModelAllocates.Wanted.MOBILITY);
            case 20, 21, 22 -> move(client, choose(8));
            case 23 -> disconnect(client);
            case 24 -> operator.changePolicy(choose(ModelOperator.POLICIES.size()));
            case 25 -> operator.changeLimits(choose(ModelOperator.LIMITS.size()));
            case 26 -> operator.revoke(ModelClients.account(client), SECONDS[choose(SECONDS.length)], choose(3) == 0);
            case 27 -> operator.takeBack(ModelClients.account(client));
            case 28 -> clients.renewTimeLimited(model.now(), SECONDS[choose(SECONDS.length)]);
            default -> advance(SECONDS[choose(SECONDS.length)]);
        }
    }

    /** The error that a request signed with a fresh nonce ends with whatever it asks for, or what else the model says. */
    private @Nullable ErrorCode challenge(TestClient client) {
        client.fetchNonce();
        return model.challenge(ModelClients.modelName(client), model.now());
    }

    private void refresh(TestClient client) {
        ErrorCode expected = challenge(client);
        int kind = choose(3 * LIFETIMES.length);
        long lifetime = LIFETIMES[kind % LIFETIMES.length];
        IpAddress.Family family = REFRESHED.get(kind / LIFETIMES.length);
        StunEncoder request = TestClient.begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, lifetime);
        StunMessage response = client.request(
                family == null ? request : request.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, family.code()));
        if (expected == null) {
            expected = model.refresh(client.address, ModelClients.modelName(client), lifetime, family);
        }
        compare(client, response, expected);
    }

    /** Takes an allocation along to this client with one of its tickets, and perhaps sends data from there at once. */
    private void move(TestClient client, int how) {
        byte[] ticket = null;
        for (TurnModel.Allocated allocated : model.allocations) {
            byte[] one = (how & 1) == 0 ? allocated.ticket : allocated.ticketBefore;
            ticket = one != null && (ticket == null || (how & 2) == 0) ? one : ticket;
        }
        if (ticket == null) {
            return;
        }
        ErrorCode expected = challenge(client);
        StunMessage response =
                client.request(TestClient.begin(TurnMethod.REFRESH).add(TurnAttributes.MOBILITY_TICKET, ticket));
        if (expected == null) {
            expected = model.move(ticket, client.address, ModelClients.modelName(client));
        }
        compare(client, response, expected);
        if (expected == null) {
            byte[] next = response.get(TurnAttributes.MOBILITY_TICKET);
            byte[] again = model.ticketFor(ticket, client.address);
            assertThat(next).isNotNull();
            assertThat(Arrays.equals(next, again)).isEqualTo(again != null);
            model.moved(ticket, client.address, next);
            if ((how & 4) == 0) {
                sendIndication(client);
            }
        }
    }

    private void disconnect(TestClient client) {
        if (client.local.transport().isStream()) {
            shard.disconnect(client);
            model.disconnected(client.address);
        }
    }

    private void createPermission(TestClient client) {
        ErrorCode expected = challenge(client);
        List<TransportAddress> peers = new ArrayList<>();
        for (int i = choose(4); i > 0; i--) {
            peers.add(peer());
        }
        if (expected == null) {
            expected = model.createPermission(client.address, ModelClients.modelName(client), peers);
        }
        compare(client, client.createPermission(peers.toArray(TransportAddress[]::new)), expected);
    }

    private void bindChannel(TestClient client) {
        ErrorCode expected = challenge(client);
        int number = CHANNELS[choose(CHANNELS.length)];
        TransportAddress peer = peer();
        if (expected == null) {
            expected = model.bindChannel(client.address, ModelClients.modelName(client), number, peer);
        }
        compare(client, client.bindChannel(number, peer), expected);
    }

    // --- data ---

    private void channelData(TestClient client) {
        int number = CHANNELS[choose(CHANNELS.length)];
        ByteBuffer datagram = TestClient.channelData(number, "data");
        compare(client, client.sendChannelData(datagram), model.channelData(client.address, number));
    }

    private void sendIndication(TestClient client) {
        TransportAddress peer = peer();
        ByteBuffer datagram = TestClient.sendIndication(peer, "data");
        TransportAddress expected = model.sendIndication(client.address, peer) ? peer : null;
        compare(client, client.sendChannelData(datagram), expected);
    }

    private void compare(TestClient client, @Nullable Route route, @Nullable TransportAddress expected) {
        assertThat(route == null ? null : route.peer()).isEqualTo(expected);
        if (route == null) {
            return;
        }
        assertThat(model.mayReach(route.peer())).isTrue();
        TransportAddress from =
                model.at(client.address).relayedByFamily.get(route.peer().ip().family());
        assertThat(route.relaySocket().port()).isEqualTo(from.port());
        TurnModel.Allocated other = ownerOf(route.peer());
        boolean inside = shard.live.contains(route.peer());
        assertThat(shard.server.isInside(route)).isEqualTo(inside);
        if (inside) { // handed over as if it had gone through the network
            ByteBuffer buffer = TestServer.payload("data");
            ClientPath path = shard.server.handOver(route, buffer, shard.nowNanos());
            if (other == null) { // a port that is reserved
                assertThat(path).isNull();
            } else {
                compareArrival(other, from, path, buffer);
            }
        }
    }

    private TurnModel.@Nullable Allocated ownerOf(TransportAddress relayed) {
        return model.allocations.stream()
                .filter(allocated -> allocated.relayedByFamily.containsValue(relayed))
                .findFirst()
                .orElse(null);
    }

    private void fromPeer(TestClient client) {
        TurnModel.Allocated allocated = model.at(client.address);
        if (allocated == null && !model.allocations.isEmpty()) {
            allocated = model.allocations.getFirst(); // perhaps one whose client is away
        }
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
        compareArrival(allocated, peer, shard.receiveFromPeer(socket, peer, buffer), buffer);
    }

    private void compareArrival(
            TurnModel.Allocated allocated, TransportAddress peer, @Nullable ClientPath path, ByteBuffer buffer) {
        int expected = model.fromPeer(allocated, peer);
        assertThat(path != null).isEqualTo(expected >= 0);
        if (path == null) {
            return;
        }
        assertThat(path.client()).isEqualTo(allocated.path);
        if (expected == 0) {
            StunMessage indication = StunMessage.parse(buffer);
            assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(peer);
            assertThat(TestServer.text(indication.get(TurnAttributes.DATA))).isEqualTo("data");
        } else {
            assertThat(ChannelData.number(buffer)).isEqualTo(expected);
            assertThat(ChannelData.payloadLength(buffer)).isEqualTo(4);
        }
    }

    // --- time, strangers and impostors ---

    private void advance(long seconds) {
        shard.advanceSeconds(seconds);
        model.advance(seconds);
    }

    /** A challenge is not signed, everything else as the request was. */
    static void compare(TestClient client, StunMessage response, @Nullable ErrorCode expected) {
        assertThat(response.get(StunAttributes.ERROR_CODE)).isEqualTo(expected);
        boolean challenge = ErrorCode.UNAUTHENTICATED.equals(expected) || ErrorCode.STALE_NONCE.equals(expected);
        assertThat(response.has(StunAttributes.NONCE)).isEqualTo(challenge);
        assertThat(client.isSignedForUs(response)).isEqualTo(!challenge);
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
        client.fetchNonce();
        TestClient impostor = client.withPassword("guessed");
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
        client.fetchNonce();
        long issued = model.now();
        byte[] request = client.sign(TestClient.begin(TurnMethod.REFRESH).add(TurnAttributes.LIFETIME, 0L));
        advance(Nonces.DEFAULT_LIFETIME_SECONDS);
        compare(client, client.exchange(request), model.challenge(ModelClients.modelName(client), issued));
    }

    private void compareCounters() {
        TurnCounters counters = shard.server.counters();
        assertThat(counters.allocations())
                .isEqualTo(model.allocations.stream()
                        .filter(TurnModel.Allocated::lives)
                        .count());
        assertThat(shard.open).hasSize(model.relayed().size() + model.reservedByToken.size() + model.halfOpen());
        assertThat(counters.permissions())
                .isEqualTo(model.allocations.stream()
                        .mapToInt(allocated -> allocated.permittedByIp.size())
                        .sum());
        assertThat(counters.channels())
                .isEqualTo(model.allocations.stream()
                        .mapToInt(allocated -> allocated.peerByChannel.size())
                        .sum());
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
