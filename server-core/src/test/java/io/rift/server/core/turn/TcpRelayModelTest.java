package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever clients, peers and the shell do in whatever order, TCP relaying goes as a small model of it says. */
class TcpRelayModelTest {
    private static final int STORIES = 400;
    private static final int STEPS = 150;
    private static final TcpRelayConfig BOUNDS = new TcpRelayConfig(true, 6, 4, 3, 2);
    private static final int[] PEER_OCTETS = {20, 21, 66};
    private static final int DENIED_OCTET = 66;
    private static final int CLIENTS = 3;

    @Test
    void everyStoryGoesAsTheModelSays() {
        int bound = 0;
        for (int seed = 0; seed < STORIES; seed++) {
            Story story = new Story(seed);
            for (int step = 0; step < STEPS; step++) {
                story.step("seed " + seed + ", step " + step);
            }
            story.ends();
            bound += story.bound;
        }
        assertThat(bound).as("connections that came so far").isGreaterThan(STORIES);
    }

    /** A connection as it should be. */
    private static final class Link {
        final int owner;
        final TransportAddress peer;
        final PeerConnection connection;
        PeerConnection.State state;
        long deadline;

        Link(int owner, TransportAddress peer, PeerConnection connection, PeerConnection.State state, long deadline) {
            this.owner = owner;
            this.peer = peer;
            this.connection = connection;
            this.state = state;
            this.deadline = deadline;
        }
    }

    private static final class Story {
        private final SplittableRandom random;
        private final TestServer shard =
                new TestServer(TurnServerConfig.builder().tcpRelay(BOUNDS));
        private final TestClient[] clients = new TestClient[CLIENTS];
        private final @Nullable RelaySocket[] sockets = new RelaySocket[CLIENTS];
        private final long[] allocatedUntil = new long[CLIENTS];
        private final long[][] permittedUntil = new long[CLIENTS][256];
        private final List<Link> links = new ArrayList<>();
        private final List<PeerConnection> dead = new ArrayList<>();
        private final Set<PeerConnection> closedByServer = new LinkedHashSet<>();
        private long now;
        private int dataClients;
        private int bound;

        Story(long seed) {
            random = new SplittableRandom(seed);
            TestClient alice = TestClient.alice(shard).over(ClientTransport.TCP);
            clients[0] = alice;
            clients[1] = alice.from(TransportAddress.parse("192.0.2.11:1"));
            clients[2] = alice.bobFrom(TransportAddress.parse("192.0.2.12:1"));
        }

        void step(String where) {
            int client = random.nextInt(CLIENTS);
            clients[client].nonce = null;
            int octet = PEER_OCTETS[random.nextInt(PEER_OCTETS.length)];
            TransportAddress peer = TestClient.ipv4(octet, random.nextInt(1, 4));
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> allocate(client);
                case 3 -> {
                    if (random.nextBoolean()) {
                        release(client);
                    } else {
                        disconnect(client);
                    }
                }
                case 4, 5, 6 -> permit(client, peer, octet);
                case 7, 8, 9, 10 -> connect(client, peer, octet);
                case 11, 12 -> connected();
                case 13 -> ended();
                case 14, 15 -> accept(client, peer, octet);
                case 16, 17, 18 -> bind();
                default -> advance(random.nextInt(1, 25));
            }
            check(where);
        }

        private void check(String where) {
            assertThat(shard.server.counters().peerConnections()).as(where).isEqualTo(links.size());
            assertThat(new LinkedHashSet<>(shard.closed)).as(where).isEqualTo(closedByServer);
            assertThat(shard.closed).as(where).hasSameSizeAs(closedByServer);
            for (Link link : links) {
                assertThat(link.connection.state()).as(where).isEqualTo(link.state);
            }
        }

        void ends() {
            advance(TurnServerConfig.MAX_LIFETIME_SECONDS);
            check("the end");
            assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
            assertThat(shard.open).isEmpty();
        }

        private void allocate(int client) {
            StunMessage response = clients[client].allocateTcp();
            if (sockets[client] != null) {
                assertError(response, ErrorCode.ALLOCATION_MISMATCH);
                return;
            }
            assertSuccess(response);
            sockets[client] = new ArrayList<>(shard.open).getLast();
            allocatedUntil[client] = now + TurnServerConfig.DEFAULT_LIFETIME_SECONDS;
        }

        private void release(int client) {
            StunMessage response = clients[client].refresh(0);
            if (sockets[client] == null) {
                assertError(response, ErrorCode.ALLOCATION_MISMATCH);
            } else {
                assertSuccess(response);
                allocationEnds(client);
            }
        }

        private void disconnect(int client) {
            shard.disconnect(clients[client]);
            if (sockets[client] != null) {
                allocationEnds(client);
            }
        }

        private void allocationEnds(int client) {
            sockets[client] = null;
            permittedUntil[client] = new long[256];
            for (Link link : List.copyOf(links)) {
                if (link.owner == client) {
                    closes(link);
                }
            }
        }

        private void closes(Link link) {
            gone(link);
            closedByServer.add(link.connection);
        }

        private void gone(Link link) {
            links.remove(link);
            dead.add(link.connection);
        }

        private void permit(int client, TransportAddress peer, int octet) {
            StunMessage response = clients[client].createPermission(peer);
            if (sockets[client] == null) {
                assertError(response, ErrorCode.ALLOCATION_MISMATCH);
            } else if (octet == DENIED_OCTET) {
                assertError(response, ErrorCode.FORBIDDEN);
            } else {
                assertSuccess(response);
                permittedUntil[client][octet] = now + TurnServerConfig.PERMISSION_LIFETIME_SECONDS;
            }
        }

        private void connect(int client, TransportAddress peer, int octet) {
            StunMessage response = clients[client].connect(peer);
            if (sockets[client] == null) {
                assertError(response, ErrorCode.ALLOCATION_MISMATCH);
            } else if (permittedUntil[client][octet] <= now) {
                assertError(response, ErrorCode.FORBIDDEN);
            } else if (exists(client, peer)) {
                assertError(response, ErrorCode.CONNECTION_ALREADY_EXISTS);
            } else if (!fits(client)) {
                assertError(response, ErrorCode.INSUFFICIENT_CAPACITY);
            } else {
                assertThat(response).isNull();
                PeerConnection connection = shard.connecting.getLast();
                assertThat(connection.peer()).isEqualTo(peer);
                assertThat(connection.relaySocket()).isEqualTo(sockets[client]);
                links.add(new Link(client, peer, connection, PeerConnection.State.CONNECTING, now + 30));
            }
        }

        private boolean exists(int client, TransportAddress peer) {
            return links.stream().anyMatch(link -> link.owner == client && link.peer.equals(peer));
        }

        private boolean fits(int client) {
            long ofUser = links.stream()
                    .filter(link -> user(link.owner) == user(client))
                    .count();
            List<Link> ofAllocation =
                    links.stream().filter(link -> link.owner == client).toList();
            long unbound = ofAllocation.stream()
                    .filter(link -> link.state != PeerConnection.State.BOUND)
                    .count();
            return links.size() < BOUNDS.maxConnections()
                    && ofUser < BOUNDS.maxConnectionsPerUser()
                    && ofAllocation.size() < BOUNDS.maxConnectionsPerAllocation()
                    && unbound < BOUNDS.maxUnboundPerAllocation();
        }

        private static int user(int client) {
            return client / 2;
        }

        /** The shell tells of a connection that was made: one that is awaited, or one that nobody waits for any more. */
        private void connected() {
            if (!dead.isEmpty() && random.nextInt(4) == 0) {
                int sent = shard.sent.size();
                shard.connected(dead.get(random.nextInt(dead.size())));
                assertThat(shard.sent).hasSize(sent);
                return;
            }
            Link link = any(PeerConnection.State.CONNECTING);
            if (link != null) {
                shard.connected(link.connection);
                assertSuccess(clients[link.owner].lastResponse());
                link.state = PeerConnection.State.UNBOUND;
                link.deadline = now + 30;
            }
        }

        private void ended() {
            if (!dead.isEmpty() && random.nextInt(4) == 0) {
                int sent = shard.sent.size();
                shard.ended(dead.get(random.nextInt(dead.size())));
                assertThat(shard.sent).hasSize(sent);
            } else if (!links.isEmpty()) {
                Link link = links.get(random.nextInt(links.size()));
                shard.ended(link.connection);
                if (link.state == PeerConnection.State.CONNECTING) {
                    assertError(clients[link.owner].lastResponse(), ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE);
                }
                gone(link);
            }
        }

        private void accept(int client, TransportAddress peer, int octet) {
            RelaySocket socket = sockets[client];
            if (socket == null) {
                return;
            }
            PeerConnection connection = shard.accept(socket, peer);
            if (permittedUntil[client][octet] <= now || exists(client, peer) || !fits(client)) {
                assertThat(connection).isNull();
            } else {
                assertThat(connection).isNotNull();
                assertThat(clients[client].lastResponse().get(TurnAttributes.XOR_PEER_ADDRESS))
                        .isEqualTo(peer);
                links.add(new Link(client, peer, connection, PeerConnection.State.UNBOUND, now + 30));
            }
        }

        private void bind() {
            boolean isBob = random.nextInt(4) == 0;
            TransportAddress from = TransportAddress.parse("192.0.2.99:" + (1 + dataClients++));
            TestClient data = isBob ? clients[0].bobFrom(from) : clients[0].from(from);
            Link link = links.isEmpty() ? null : links.get(random.nextInt(links.size()));
            long id = link == null ? random.nextInt() : link.connection.connectionId();
            StunMessage response = data.connectionBind(id & 0xFFFF_FFFFL);
            if (link == null || link.state != PeerConnection.State.UNBOUND || (user(link.owner) == 1) != isBob) {
                assertError(response, ErrorCode.BAD_REQUEST);
                return;
            }
            assertSuccess(response);
            assertThat(shard.spliced.getLast())
                    .isEqualTo(new TurnCommand.SplicePeerConnection(link.connection, data.local, from));
            link.state = PeerConnection.State.BOUND;
            bound++;
        }

        private @Nullable Link any(PeerConnection.State state) {
            List<Link> all = links.stream().filter(link -> link.state == state).toList();
            return all.isEmpty() ? null : all.get(random.nextInt(all.size()));
        }

        private void advance(int seconds) {
            shard.advanceSeconds(seconds);
            now += seconds;
            for (Link link : List.copyOf(links)) {
                if (link.state != PeerConnection.State.BOUND && link.deadline <= now) {
                    closes(link);
                }
            }
            for (int client = 0; client < CLIENTS; client++) {
                if (sockets[client] != null && allocatedUntil[client] <= now) {
                    allocationEnds(client);
                }
            }
        }
    }
}
