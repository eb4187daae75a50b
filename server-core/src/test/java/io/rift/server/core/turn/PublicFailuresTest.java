package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.udp;
import static io.rift.server.core.turn.TestServer.PEER;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.DeniedPorts;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other servers were caught at in public, tried on this one. */
class PublicFailuresTest {
    private static final PeerPolicy OPEN =
            PeerPolicy.of(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")), List.of());
    private static final TurnServerConfig.Builder CONFIG = TurnServerConfig.builder()
            .software("Rift")
            .tcpRelay(TcpRelayConfig.ENABLED)
            .relayFamilies(TestServer.BOTH_FAMILIES);
    private static final TransportAddress PUBLIC_PEER = TransportAddress.parse("1.1.1.1:6000");
    private static final TransportAddress PUBLIC_IPV6_PEER = TransportAddress.parse("[2606:4700::1111]:6000");
    private static final PeerPolicy ALL_ALLOWED =
            PeerPolicy.of(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")), List.of());

    /** CVE-2020-26262, coturn before 4.5.2: 0.0.0.0, ::1 and :: reached the services of the loopback interface. */
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.0.0.1", "0.255.255.255", "::", "::ffff:0.0.0.0", "64:ff9b::"})
    void cve202026262ThisHostIsNoPeerWhateverIsAllowed(String peer) {
        refusedAtEveryDoor(ALL_ALLOWED, peer);
        refusedAtEveryDoor(PeerPolicy.builtIn(), peer);
    }

    /** CVE-2018-4058, coturn before 4.5.0.9: the default configuration relayed to the loopback interface. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.255.255.254", "::1"})
    void cve20184058LoopbackIsNoPeerByDefault(String peer) {
        refusedAtEveryDoor(PeerPolicy.builtIn(), peer);
    }

    /** CVE-2026-27624, coturn: what was denied as IPv4 was reached as IPv4-mapped IPv6. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:8.8.8.8",
                "::127.0.0.1",
                "::8.8.8.8",
                "64:ff9b::8.8.8.8",
                "64:ff9b:1::8.8.8.8",
                "64:ff9b:1:808:8:800::", // RFC 6052 section 2.2, behind 48 bits
                "64:ff9b:1:808:8:800:909:909",
                "64:ff9b:1:8:8:808::", // 56
                "64:ff9b:1:8:8:808:909:909",
                "64:ff9b:1:0:8:808:800::", // 64
                "64:ff9b:1:909:8:808:809:909",
                "2002:808:808::1",
                "2001:0:102:304::f7f7:f7f7",
                "2606:4700::5efe:8.8.8.8",
                "2606:4700::200:5efe:8.8.8.8"
            })
    void cve202627624WhatIsDeniedAsIpv4IsDeniedInEveryDisguise(String peer) {
        PeerPolicy policy = PeerPolicy.of(
                List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")),
                List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("10.0.0.0/8"), Cidr.parse("8.8.8.8")));

        assertThat(policy.verdict(IpAddress.parse(peer))).isEqualTo(PeerPolicy.Verdict.DENIED);
        refusedAtEveryDoor(policy, peer);
    }

    /** Permission, channel, Send and Connect, and nothing leaves or stays behind; nor with a permission from before. */
    private static void refusedAtEveryDoor(PeerPolicy policy, String peer) {
        TestServer shard = new TestServer(CONFIG, policy);
        TransportAddress to = new TransportAddress(IpAddress.parse(peer), 6000);
        TestClient client = TestClient.alice(shard);
        TestClient overTcp = client.over(ClientTransport.TCP);
        int family = to.ip().family().code();
        assertSuccess(client.allocate(encoder -> encoder.add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, family)));
        assertSuccess(overTcp.request(begin(TurnMethod.ALLOCATE)
                .add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP)
                .add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, family)));

        assertError(client.createPermission(to), ErrorCode.FORBIDDEN);
        assertError(
                client.createPermission(to.ip().isIpv4() ? PUBLIC_PEER : PUBLIC_IPV6_PEER, to), ErrorCode.FORBIDDEN);
        assertError(client.bindChannel(0x4000, to), ErrorCode.FORBIDDEN);
        assertError(overTcp.createPermission(to), ErrorCode.FORBIDDEN);
        assertError(overTcp.connect(to), ErrorCode.FORBIDDEN);
        assertThat(shard.receive(client.address, TestClient.sendIndication(to, "data")))
                .isNull();
        assertThat(shard.receive(client.address, TestClient.channelData(0x4000, "data")))
                .isNull();
        assertThat(shard.connecting).isEmpty();
        assertThat(shard.server.counters().permissions()).isZero();
        assertThat(shard.server.counters().channels()).isZero();

        shard.changePolicy(OPEN);
        if (OPEN.verdict(to.ip()) != PeerPolicy.Verdict.PERMITTED || PeerPolicy.isIpv4Mapped(to.ip())) {
            // what no policy permits
            assertError(client.createPermission(to), ErrorCode.FORBIDDEN);
            assertError(overTcp.createPermission(to), ErrorCode.FORBIDDEN);
            return;
        }
        assertSuccess(client.createPermission(to));
        assertSuccess(overTcp.createPermission(to));
        shard.changePolicy(policy);
        long refused = shard.drops(DropReason.PEER_REFUSED);
        assertThat(shard.receive(client.address, TestClient.sendIndication(to, "data")))
                .isNull();
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(refused + 1);
        assertError(overTcp.connect(to), ErrorCode.FORBIDDEN);
        assertThat(shard.connecting).isEmpty();
    }

    /** The last door: a policy that changes holds for the next packet, whatever was permitted before. */
    @Test
    void whatIsDeniedLaterDoesNotLeaveAnyMore() {
        TestServer shard = new TestServer(CONFIG);
        TestClient client = TestClient.alice(shard).withAllocation();
        assertSuccess(client.bindChannel(0x4000, PEER));
        assertThat(client.sendChannelData(0x4000, "data")).isNotNull();

        for (PeerPolicy policy : List.of(
                PeerPolicy.of(List.of(), List.of(new Cidr(PEER.ip(), 32))),
                TestServer.POLICY.denying(DeniedPorts.NONE.with(PEER.port(), PEER.port())))) {
            shard.changePolicy(policy);
            assertThat(client.sendChannelData(0x4000, "data")).isNull();
            assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, "data")))
                    .isNull();
        }
        assertThat(shard.drops(DropReason.PEER_REFUSED)).isEqualTo(4);
    }

    @Test
    void aDeniedPortIsRefusedAtEveryDoorThatKnowsThePort() {
        PeerPolicy policy = TestServer.POLICY.denying(DeniedPorts.NONE.with(53, 53));
        TransportAddress denied = new TransportAddress(PEER.ip(), 53);
        TestServer shard = new TestServer(CONFIG, policy);
        TestClient client = TestClient.alice(shard).withAllocation();
        TestClient overTcp = client.over(ClientTransport.TCP);
        assertSuccess(overTcp.allocateTcp());

        assertSuccess(client.createPermission(denied)); // a permission is for an address, not a port
        assertSuccess(overTcp.createPermission(denied));
        assertError(client.bindChannel(0x4000, denied), ErrorCode.FORBIDDEN);
        assertError(overTcp.connect(denied), ErrorCode.FORBIDDEN);
        assertThat(shard.receive(client.address, TestClient.sendIndication(denied, "data")))
                .isNull();
        assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, "data")))
                .isNotNull();
    }

    /** CVE-2020-4067, coturn before 4.5.1.3: padding was what the buffer had held before, another client's message. */
    @Test
    void cve20204067PaddingIsZero() {
        TestServer shard = new TestServer(CONFIG);
        TestClient client = TestClient.alice(shard);
        client.exchange(begin(StunMethod.BINDING).encode());
        client.exchange(begin(StunMethod.BINDING)
                .add(StunAttributes.PRIORITY, 1L)
                .add(StunAttributes.SOFTWARE, "a".repeat(99))
                .encodeWithFingerprint());
        client.exchange(udp(begin(TurnMethod.ALLOCATE))
                .add(StunAttributes.SOFTWARE, "a".repeat(99))
                .encode());
        for (String username : List.of("b", "bo", "bob", "bobby")) {
            new TestClient(shard, TestServer.CLIENT, username, "wrong").allocate();
        }
        client.allocate();
        client.allocate();
        client.createPermission(PEER);
        client.refresh(600);
        client.bindChannel(1, PEER);
        assertThat(shard.sent).hasSizeGreaterThan(10);
        for (TestServer.Sent sent : shard.sent) {
            assertPaddedWithZeros(sent.datagram().duplicate());
        }
    }

    @Test
    void cve20204067PaddingOfRelayedDataIsZero() {
        for (ClientTransport transport : ClientTransport.values()) {
            for (int length = 0; length < 9; length++) {
                TestServer shard = new TestServer(CONFIG);
                TestClient client = TestClient.alice(shard).over(transport).withAllocation();
                client.createPermission(PEER);
                assertPaddedWithZeros(relayed(shard, length));
                client.bindChannel(0x4000, PEER);
                ByteBuffer channelData = relayed(shard, length);
                for (int i = 4 + length; i < channelData.remaining(); i++) {
                    assertThat(channelData.get(channelData.position() + i)).isZero();
                }
            }
        }
    }

    /** What a client gets of so many bytes of 0xAA from the peer, out of a buffer that is full of 0xAA. */
    private static ByteBuffer relayed(TestServer shard, int length) {
        byte[] dirty = new byte[TurnServer.HEADROOM_BYTES + length + TurnServer.TAILROOM_BYTES];
        Arrays.fill(dirty, (byte) 0xAA);
        ByteBuffer buffer = ByteBuffer.wrap(dirty, TurnServer.HEADROOM_BYTES, length);
        assertThat(shard.receiveFromPeer(shard.onlySocket(), PEER, buffer)).isNotNull();
        return buffer;
    }

    private static void assertPaddedWithZeros(ByteBuffer message) {
        int at = message.position() + StunMessage.HEADER_BYTES;
        while (at < message.limit()) {
            int length = message.getShort(at + 2) & 0xFFFF;
            int end = at + StunMessage.ATTRIBUTE_HEADER_BYTES + length;
            at = end + (-length & 3);
            for (int i = end; i < at; i++) {
                assertThat(message.get(i)).isZero();
            }
        }
        assertThat(at).isEqualTo(message.limit());
    }

    /** Servers in which attributes behind MESSAGE-INTEGRITY, which nobody signed, took effect. */
    @Test
    void whatIsAppendedToASignedRequestHasNoEffect() {
        TestServer shard = new TestServer(CONFIG);
        TestClient client = TestClient.alice(shard).withAllocation();
        TransportAddress forged = TestClient.ipv4(77, 6000);

        byte[] request = client.sign(begin(TurnMethod.CREATE_PERMISSION).add(TurnAttributes.XOR_PEER_ADDRESS, PEER));
        assertSuccess(client.exchange(appended(request, forged)));
        byte[] bind = client.sign(begin(TurnMethod.CHANNEL_BIND).add(TurnAttributes.CHANNEL_NUMBER, 0x4000));
        assertError(client.exchange(appended(bind, forged)), ErrorCode.BAD_REQUEST);

        assertThat(shard.receive(client.address, TestClient.sendIndication(PEER, "data")))
                .isNotNull();
        assertThat(shard.receive(client.address, TestClient.sendIndication(forged, "data")))
                .isNull();
        assertThat(shard.server.counters().permissions()).isEqualTo(1);
    }

    private static byte[] appended(byte[] request, TransportAddress address) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(request));
        byte[] attribute = StunEncoder.of(message.messageClass(), message.method(), message.transactionId())
                .add(TurnAttributes.XOR_PEER_ADDRESS, address)
                .encode();
        ByteBuffer longer = ByteBuffer.allocate(request.length + attribute.length - StunMessage.HEADER_BYTES)
                .put(request)
                .put(attribute, StunMessage.HEADER_BYTES, attribute.length - StunMessage.HEADER_BYTES);
        return longer.putShort(2, (short) (longer.capacity() - StunMessage.HEADER_BYTES))
                .array();
    }

    /** Servers that took both ports and gave back one, each time an EVEN-PORT request failed. */
    @ParameterizedTest
    @ValueSource(strings = {"the first port", "the next port", "the answer", "the quota"})
    void evenPortRequestsThatFailLeakNoPort(String whatFails) {
        TestServer shard = new TestServer(TurnServerConfig.builder()
                .relayPorts(new PortRange(50_000, 50_007))
                .maxAllocationsPerUser(8));
        TestClient client = TestClient.alice(shard);
        client.fetchNonce();
        for (int i = 0; i < 50; i++) {
            fail(shard, client, whatFails);
            assertThat(shard.open).isEmpty();
            assertThat(shard.opening).isEmpty();
        }

        shard.opensSockets = true;
        for (int i = 0; i < 4; i++) {
            TestClient again = TestClient.alice(shard, TestClient.ipv4(1, 1_000 + i));
            assertSuccess(again.allocate(PublicFailuresTest::evenAndNext));
        }
        assertThat(shard.open).hasSize(8);
    }

    private static void fail(TestServer shard, TestClient client, String whatFails) {
        shard.opensSockets = false;
        byte[] request = client.sign(evenAndNext(udp(begin(TurnMethod.ALLOCATE))));
        switch (whatFails) {
            case "the first port" -> {
                client.send(request);
                while (!shard.opening.isEmpty()) {
                    shard.socketFailed(shard.opening.peek());
                }
                assertError(client.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
            }
            case "the next port" -> {
                client.send(request);
                while (!shard.opening.isEmpty()) {
                    shard.socketOpened(shard.opening.peek());
                    shard.socketFailed(shard.opening.peek());
                }
                assertError(client.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
            }
            case "the answer" -> {
                TestClient overTcp = client.over(ClientTransport.TCP);
                overTcp.fetchNonce();
                overTcp.send(overTcp.sign(evenAndNext(udp(begin(TurnMethod.ALLOCATE)))));
                shard.socketOpened(shard.opening.peek());
                shard.disconnect(overTcp);
                shard.socketOpened(shard.opening.peek());
            }
            default -> {
                shard.opensSockets = true;
                List<TestClient> others = new ArrayList<>();
                for (int i = 0; i < 7; i++) {
                    others.add(
                            TestClient.alice(shard, TestClient.ipv4(2, 1 + i)).withAllocation());
                }
                assertError(client.allocate(PublicFailuresTest::evenAndNext), ErrorCode.ALLOCATION_QUOTA_REACHED);
                others.forEach(other -> assertSuccess(other.refresh(0)));
            }
        }
    }

    private static StunEncoder evenAndNext(StunEncoder request) {
        return request.add(TurnAttributes.EVEN_PORT, true);
    }

    /** Servers that stopped counting an allocation when its client was on the move (RFC 8016). */
    @Test
    void anAllocationOnTheMoveCountsForItsUser() {
        TestServer shard = new TestServer(
                TurnServerConfig.builder().mobility(MobilityConfig.ALLOWED).maxAllocationsPerUser(1));
        TestClient overTcp = TestClient.alice(shard).over(ClientTransport.TCP);
        byte[] ticket = overTcp.allocate(encoder -> encoder.add(TurnAttributes.MOBILITY_TICKET, new byte[0]))
                .get(TurnAttributes.MOBILITY_TICKET);
        TestClient elsewhere = TestClient.alice(shard, TestClient.ipv4(7, 7));

        shard.disconnect(overTcp);
        assertError(elsewhere.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertSuccess(elsewhere.request(begin(TurnMethod.REFRESH).add(TurnAttributes.MOBILITY_TICKET, ticket)));
        assertError(overTcp.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertError(TestClient.alice(shard).allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        assertThat(shard.open).hasSize(1);
    }

    /** Servers that asked for a permission when data came over UDP, but not when a peer connected over TCP. */
    @Test
    void aPeerWithoutPermissionDoesNotConnect() {
        TestServer shard = new TestServer(CONFIG);
        TestClient client = TestClient.alice(shard).over(ClientTransport.TCP);
        assertSuccess(client.allocateTcp());
        int sent = shard.sent.size();

        assertThat(shard.server.peerAccepted(shard.onlySocket(), PEER, shard.nowNanos()))
                .isNull();
        assertError(client.connect(PEER), ErrorCode.FORBIDDEN);
        assertThat(shard.sent).hasSize(sent + 1);
        assertThat(shard.server.counters().peerConnections()).isZero();

        assertSuccess(client.createPermission(PEER));
        assertThat(shard.server.peerAccepted(shard.onlySocket(), TestClient.ipv4(21, PEER.port()), shard.nowNanos()))
                .isNull();
        assertThat(shard.server.peerAccepted(shard.onlySocket(), PEER, shard.nowNanos()))
                .isNotNull();
    }
}
