package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.relayed;
import static io.rift.server.core.turn.TestClient.udp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relay sockets that take their time, and those that do not open. */
class RelayOpenerTest {
    private static final int TRIES = 3;

    private final TestServer shard = new TestServer(
            TurnServerConfig.builder().relaySocketTries(TRIES).relayPorts(new PortRange(50_000, 50_003)));
    private final TestClient client = TestClient.alice(shard);

    @BeforeEach
    void openByHand() {
        shard.opensSockets = false;
        client.fetchNonce();
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "The relayed address works once it is told")
    void theResponseWaitsForTheSocket() {
        byte[] request = client.sign(udp(begin(TurnMethod.ALLOCATE)));
        assertThat(client.send(request)).isNull();
        RelaySocket socket = shard.opening.remove();
        assertThat(socket.family()).isEqualTo(IpAddress.Family.IPV4);

        shard.socketOpened(socket);

        StunMessage response = client.lastResponse();
        assertSuccess(response);
        assertThat(relayed(response).port()).isEqualTo(socket.port());
        assertThat(response.transactionId())
                .isEqualTo(StunMessage.parse(ByteBuffer.wrap(request)).transactionId());
        assertThat(response.verifyMessageIntegrity(client.key)).isTrue();
    }

    @Test
    void everySocketSaysAtWhichAddressItsClientCameIn() {
        TestClient overTcp = client.over(ClientTransport.TCP);
        overTcp.fetchNonce();
        overTcp.send(overTcp.sign(udp(begin(TurnMethod.ALLOCATE))));
        RelaySocket first = shard.opening.element();

        shard.socketFailed(first);

        RelaySocket second = shard.opening.element();
        assertThat(second).isNotSameAs(first);
        assertThat(first.clientSide()).isEqualTo(overTcp.local);
        assertThat(second.clientSide()).isEqualTo(overTcp.local);
    }

    @Test
    @Requirement(rfc = 8656, section = "7.2", text = "A retransmitted Allocate request is answered like the first")
    void aRetransmissionWhileTheSocketOpensIsAnsweredOnceTheSocketIsOpen() {
        byte[] request = client.sign(udp(begin(TurnMethod.ALLOCATE)));
        client.send(request);

        assertThat(client.send(request)).isNull();
        assertThat(shard.drops(DropReason.ANSWER_PENDING)).isEqualTo(1);
        assertThat(shard.opening).hasSize(1);
        shard.socketOpened(shard.opening.remove());
        assertSuccess(client.lastResponse());
        assertSuccess(client.exchange(request));
    }

    @Test
    void anAllocationWhoseSocketIsNotOpenIsNoneYet() {
        client.send(client.sign(udp(begin(TurnMethod.ALLOCATE))));

        assertError(client.refresh(0), ErrorCode.ALLOCATION_MISMATCH);
        assertError(client.createPermission(TestServer.PEER), ErrorCode.ALLOCATION_MISMATCH);
        assertError(client.bindChannel(0x4000, TestServer.PEER), ErrorCode.ALLOCATION_MISMATCH);
        assertError(client.allocate(), ErrorCode.ALLOCATION_MISMATCH);
        assertThat(client.sendChannelData(0x4000, "x")).isNull();
        assertThat(shard.receive(client.address, TestClient.sendIndication(TestServer.PEER, "x")))
                .isNull();
        assertThat(shard.server.counters().allocations()).isZero();
    }

    @Test
    void anotherPortIsTriedWhenOneFails() {
        client.send(client.sign(udp(begin(TurnMethod.ALLOCATE))));
        shard.socketFailed(shard.opening.remove());
        shard.socketFailed(shard.opening.remove());
        assertThat(shard.sent).hasSize(1); // the challenge
        shard.socketOpened(shard.opening.remove());

        assertSuccess(client.lastResponse());
    }

    @Test
    void afterTheLastTryTheAnswerIs508AndNothingIsLeft() {
        client.send(client.sign(udp(begin(TurnMethod.ALLOCATE))));
        for (int i = 0; i < TRIES; i++) {
            shard.socketFailed(shard.opening.remove());
        }

        assertError(client.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(shard.opening).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aShellThatDoesNotAnswerIsGivenUpAndALateSocketIsClosed() {
        client.send(client.sign(udp(begin(TurnMethod.ALLOCATE))));
        RelaySocket late = shard.opening.remove();
        shard.advanceSeconds(Opening.TIMEOUT_SECONDS);
        assertError(client.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
        shard.socketOpened(late);

        assertThat(shard.open).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aPortIsNotUsedAgainBeforeItsAbandonedSocketIsAccountedFor() {
        RelaySocket[] late = new RelaySocket[4];
        for (int i = 0; i < 4; i++) {
            TestClient other = TestClient.alice(shard, TestClient.ipv4(i, 5000));
            other.send(other.sign(udp(begin(TurnMethod.ALLOCATE))));
            late[i] = shard.opening.remove();
        }
        shard.advanceSeconds(Opening.TIMEOUT_SECONDS);

        assertError(client.allocate(), ErrorCode.INSUFFICIENT_CAPACITY);
        shard.socketFailed(late[2]);
        client.send(client.sign(udp(begin(TurnMethod.ALLOCATE))));
        assertThat(shard.opening.remove().port()).isEqualTo(late[2].port());
    }

    @Test
    void aPairIsOpenedOneAfterTheOtherAndAnsweredWhenBothAreOpen() {
        client.send(client.sign(even()));
        RelaySocket first = shard.opening.element();
        shard.socketOpened(first);
        RelaySocket second = shard.opening.element();
        assertThat(second.port()).isEqualTo(first.port() + 1);
        assertThat(shard.sent).hasSize(1);
        shard.socketOpened(second);

        assertThat(relayed(client.lastResponse()).port()).isEqualTo(first.port());
        assertThat(client.lastResponse().has(TurnAttributes.RESERVATION_TOKEN)).isTrue();
    }

    /** Otherwise two requests at the same time would get more than the quota. */
    @Test
    void aPairTakesBothPlacesOfTheQuotaBeforeItsSocketsAreOpen() {
        TestServer small = new TestServer(
                TurnServerConfig.builder().relaySocketTries(TRIES).maxAllocationsPerUser(2));
        small.opensSockets = false;
        TestClient first = TestClient.alice(small);
        TestClient second = TestClient.alice(small, TestClient.ipv4(1, 5000));
        first.send(first.sign(even()));
        assertError(second.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);

        small.socketOpened(small.opening.element());
        assertError(second.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        small.socketOpened(small.opening.element());
        assertSuccess(first.lastResponse());
        assertError(second.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
        small.opensSockets = true;
        assertSuccess(first.refresh(0));
        assertSuccess(second.allocate());
        assertError(first.allocate(), ErrorCode.ALLOCATION_QUOTA_REACHED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fails", "is late", "is not wanted any more"})
    void aPairThatDoesNotComeToBeLeavesNoPlaceTaken(String what) {
        TestServer small =
                new TestServer(TurnServerConfig.builder().relaySocketTries(1).maxAllocationsPerUser(2));
        TestClient overTcp = TestClient.alice(small).over(ClientTransport.TCP);
        overTcp.fetchNonce();
        for (int i = 0; i < 3; i++) {
            small.opensSockets = false;
            assertThat(overTcp.send(overTcp.sign(even()))).isNull();
            RelaySocket pending = small.opening.remove();
            switch (what) {
                case "fails" -> small.socketFailed(pending);
                case "is late" -> {
                    small.advanceSeconds(Opening.TIMEOUT_SECONDS);
                    small.socketOpened(pending);
                }
                default -> {
                    small.disconnect(overTcp);
                    small.socketOpened(pending);
                }
            }
        }
        small.opensSockets = true;

        assertSuccess(overTcp.request(even()));
    }

    @Test
    void aPairWhoseSecondSocketFailsIsTriedElsewhere() {
        client.send(client.sign(even()));
        RelaySocket first = shard.opening.element();
        shard.socketOpened(first);
        shard.socketFailed(shard.opening.element());
        assertThat(shard.open).isEmpty();
        for (int i = 1; i < TRIES; i++) {
            shard.socketOpened(shard.opening.element());
            shard.socketFailed(shard.opening.element());
        }

        assertError(client.lastResponse(), ErrorCode.INSUFFICIENT_CAPACITY);
        assertThat(shard.open).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aPairWhoseFirstSocketFailsFreesBothPorts() {
        client.send(client.sign(even()));
        for (int i = 0; i < TRIES; i++) {
            shard.socketFailed(shard.opening.element());
        }

        assertNothingIsLeft();
    }

    @Test
    void aPairThatIsGivenUpHalfwayClosesBothSockets() {
        client.send(client.sign(even()));
        shard.socketOpened(shard.opening.element());
        RelaySocket late = shard.opening.element();
        shard.advanceSeconds(Opening.TIMEOUT_SECONDS);
        assertThat(shard.open).isEmpty();
        shard.socketOpened(late);

        assertThat(shard.open).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aPairWhoseUserIsEndedHalfwayClosesBothSockets() {
        client.send(client.sign(even()));
        shard.socketOpened(shard.opening.element());
        RelaySocket second = shard.opening.element();
        int sent = shard.sent.size();
        shard.server.administration().endAllOf("alice", shard.nowNanos());
        shard.drain();
        assertThat(shard.open).isEmpty();
        shard.socketOpened(second);

        assertThat(shard.sent).hasSize(sent);
        assertThat(shard.open).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void aPairThatIsGivenUpBeforeItsFirstSocketOpensFreesBothPorts() {
        client.send(client.sign(even()));
        shard.advanceSeconds(Opening.TIMEOUT_SECONDS);
        shard.socketFailed(shard.opening.element());

        assertNothingIsLeft();
    }

    @Test
    void toldTwiceThatASocketIsOpenTheServerRefuses() {
        client.send(client.sign(udp(begin(TurnMethod.ALLOCATE))));
        RelaySocket socket = shard.opening.remove();
        shard.socketOpened(socket);

        assertThatThrownBy(() -> shard.socketOpened(socket)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> shard.socketFailed(socket)).isInstanceOf(IllegalStateException.class);
    }

    /** Every port is free, no deadline is pending and no quota is used. */
    private void assertNothingIsLeft() {
        assertThat(shard.server.nextTimeoutNanos()).isEqualTo(TurnServer.NO_TIMEOUT);
        shard.opening.clear();
        shard.opensSockets = true;
        for (int i = 0; i < 4; i++) {
            assertSuccess(TestClient.alice(shard, TestClient.ipv4(i, 7000)).allocate());
        }
    }

    private static StunEncoder even() {
        return udp(begin(TurnMethod.ALLOCATE)).add(TurnAttributes.EVEN_PORT, true);
    }
}
