package io.rift.peer.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnClientTest {
    private static final IpAddress PEER_IP = IpAddress.parse("203.0.113.5");

    private final ScriptedServer server = new ScriptedServer();
    private final TurnClient client = server.client;

    @Test
    void anAllocationIsMadeWithTheCredentialsThatTheChallengeAsksFor() {
        server.allocated();

        assertThat(server.events)
                .containsExactly(new TurnOutput.Allocated(ScriptedServer.RELAYED, ScriptedServer.MAPPED, 600));
        assertThat(client.relayedAddress()).isEqualTo(ScriptedServer.RELAYED);
        assertThat(server.requests).hasSize(2);
        StunMessage first = server.requests.getFirst();
        assertThat(first.hasMessageIntegrity()).isFalse();
        assertThat(first.get(TurnAttributes.REQUESTED_TRANSPORT)).isEqualTo(17);
        StunMessage second = server.requests.getLast();
        assertThat(second.get(StunAttributes.REALM)).isEqualTo("example.org");
        assertThat(second.transactionId()).isNotEqualTo(first.transactionId());
    }

    @Test
    void askingTwiceMakesOneAllocation() {
        client.allocate(server.now);
        client.allocate(server.now);
        server.allocated();

        assertThat(server.requests).hasSize(2);
    }

    @Test
    void aWrongPasswordIsToldAfterOneTry() {
        server.password = "other";
        server.allocated();

        assertThat(server.events).containsExactly(new TurnOutput.AllocationFailed(TurnFailure.UNAUTHORIZED, 401));
        assertThat(server.requests).hasSize(2);
        server.password = "wonderland";
        server.allocated();
        assertThat(client.relayedAddress()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "300, TRY_ALTERNATE",
        "400, PROTOCOL_ERROR",
        "403, FORBIDDEN",
        "440, UNSUPPORTED",
        "441, UNAUTHORIZED",
        "442, UNSUPPORTED",
        "486, QUOTA_REACHED",
        "508, INSUFFICIENT_CAPACITY",
    })
    void aRefusedAllocationIsToldByItsReason(int code, TurnFailure failure) {
        server.errors.add(code);
        server.allocated();

        assertThat(server.events).containsExactly(new TurnOutput.AllocationFailed(failure, code));
        server.allocated(); // and can be asked for again
        assertThat(client.relayedAddress()).isNotNull();
    }

    @Test
    void anAllocationThatAnEarlierUserOfThePortLeftIsSweptAway() {
        server.errors.add(437);
        server.allocated();

        assertThat(client.relayedAddress()).isNotNull();
        List<StunMessage> refreshes = server.requests(TurnMethod.REFRESH);
        assertThat(refreshes).hasSize(1);
        assertThat(refreshes.getFirst().get(TurnAttributes.LIFETIME)).isEqualTo(0L);
    }

    @Test
    void anAllocationThatCannotBeSweptAwayIsAMismatch() {
        server.errors.addAll(List.of(437, 441, 437));
        server.allocated();

        assertThat(server.events)
                .containsExactly(new TurnOutput.AllocationFailed(TurnFailure.ALLOCATION_MISMATCH, 437));
    }

    @Test
    void aServerThatNeverAnswersIsUnreachableAfterAWholeTransaction() {
        server.isSilent = true;
        client.allocate(server.now);
        server.run(Duration.ofMillis(39_400));
        assertThat(server.events).isEmpty();
        server.run(Duration.ofMillis(200));

        assertThat(server.events).containsExactly(new TurnOutput.AllocationFailed(TurnFailure.UNREACHABLE, 0));
        assertThat(server.requests).hasSize(7);
    }

    @Test
    void aStaleNonceIsReplacedAndTheRequestRepeated() {
        server.allocated();
        server.nonce = "nonce-2";
        client.requestPermission(PEER_IP, server.now);
        server.run(Duration.ofSeconds(1));

        assertThat(server.events).endsWith(new TurnOutput.PermissionInstalled(PEER_IP));
        assertThat(server.requests(TurnMethod.CREATE_PERMISSION)).hasSize(2);
    }

    @Test
    void aServerThatFindsEveryNonceStaleIsGivenUp() {
        server.allocated();
        StunMessage[] last = new StunMessage[1];
        client.requestPermission(PEER_IP, server.now);
        for (int i = 0; i < 10; i++) {
            server.nonce = "nonce-" + (i + 100);
            server.isSilent = true;
            server.drain();
            if (last[0] == server.requests.getLast()) {
                break;
            }
            last[0] = server.requests.getLast();
            byte[] stale = StunEncoder.of(
                            MessageClass.ERROR_RESPONSE, TurnMethod.CREATE_PERMISSION, last[0].transactionId())
                    .add(StunAttributes.ERROR_CODE, ErrorCode.STALE_NONCE)
                    .add(StunAttributes.NONCE, new byte[] {(byte) i})
                    .encode();
            client.handleStun(StunMessage.parse(ByteBuffer.wrap(stale)), server.now);
        }
        assertThat(server.requests(TurnMethod.CREATE_PERMISSION)).hasSize(4);
        assertThat(server.events).endsWith(new TurnOutput.PermissionRefused(PEER_IP, 438));
    }

    @Test
    void theAllocationIsRefreshedInTimeForHours() {
        server.allocated();
        server.run(Duration.ofHours(3));

        List<StunMessage> refreshes = server.requests(TurnMethod.REFRESH);
        assertThat(refreshes).hasSizeBetween(24, 27); // every 412 to 450 s
        assertThat(server.events).hasSize(1);
        assertThat(client.relayedAddress()).isNotNull();
    }

    @Test
    void anAllocationIsLostWhenItsLifetimeIsOver() {
        server.allocated();
        server.isSilent = true;
        server.run(Duration.ofSeconds(598));
        assertThat(client.relayedAddress()).isNotNull();
        server.run(Duration.ofSeconds(2));

        assertThat(server.events)
                .endsWith(new TurnOutput.AllocationLost(ScriptedServer.RELAYED, TurnFailure.UNREACHABLE, 0));
        assertThat(client.nextTimeoutNanos()).isEqualTo(TurnClient.NEVER);
    }

    @Test
    void anAllocationThatTheServerForgotIsLostAtOnce() {
        server.allocated();
        server.errors.add(437);
        client.requestPermission(PEER_IP, server.now);
        server.run(Duration.ofSeconds(1));

        assertThat(server.events)
                .endsWith(new TurnOutput.AllocationLost(ScriptedServer.RELAYED, TurnFailure.ALLOCATION_MISMATCH, 437));
    }

    @Test
    void freshCredentialsTakeOverWhenTheOldOnesAreRefused() {
        server.allocated();
        server.username = "bob";
        server.run(Duration.ofSeconds(460));
        assertThat(server.events(TurnOutput.CredentialsNeeded.class)).hasSize(1);
        assertThat(client.relayedAddress()).isNotNull();

        client.credentials(new TurnCredentials("bob", "wonderland"), server.now);
        server.run(Duration.ofSeconds(1));
        int refreshes = server.requests(TurnMethod.REFRESH).size();
        server.run(Duration.ofMinutes(30));

        assertThat(client.relayedAddress()).isNotNull();
        assertThat(server.requests(TurnMethod.REFRESH).size() - refreshes).isLessThan(6);
        assertThat(server.events(TurnOutput.CredentialsNeeded.class)).hasSize(1);
    }

    @Test
    void freshCredentialsThatCameInTimeNeedNoWord() {
        server.allocated();
        client.credentials(new TurnCredentials("bob", "wonderland"), server.now);
        server.username = "bob";
        server.run(Duration.ofMinutes(30));

        assertThat(client.relayedAddress()).isNotNull();
        assertThat(server.events(TurnOutput.CredentialsNeeded.class)).isEmpty();
    }

    @Test
    void credentialsThatStayRefusedCostTheAllocationWhenItEnds() {
        server.allocated();
        server.username = "bob";
        server.run(Duration.ofMinutes(10));

        assertThat(server.events)
                .endsWith(new TurnOutput.AllocationLost(ScriptedServer.RELAYED, TurnFailure.UNAUTHORIZED, 0));
    }

    @Test
    void answersWithoutIntegrityAreNotBelieved() {
        server.isBare = true;
        server.errors.add(403);
        client.allocate(server.now);
        server.run(Duration.ofSeconds(30));
        // the first answer was a refusal that anybody could have written; the next try succeeds only in appearance
        assertThat(server.events).isEmpty();
        assertThat(client.dropped(TurnDropReason.BAD_INTEGRITY)).isPositive();
        server.isBare = false;
        server.run(Duration.ofSeconds(30));

        assertThat(client.relayedAddress()).isNotNull();
    }

    @Test
    void anUnauthenticatedErrorIsToldOnlyAfterTheTransactionIsOver() {
        server.isBare = true;
        for (int i = 0; i < 7; i++) {
            server.errors.add(508);
        }
        client.allocate(server.now);
        server.run(Duration.ofSeconds(41));

        assertThat(server.events)
                .containsExactly(new TurnOutput.AllocationFailed(TurnFailure.INSUFFICIENT_CAPACITY, 508));
    }

    @Test
    void anAllocationWithoutItsAddressesIsAProtocolError() {
        server.lifetimeSeconds = 0;
        server.allocated();

        assertThat(server.events).containsExactly(new TurnOutput.AllocationFailed(TurnFailure.PROTOCOL_ERROR, 0));
    }

    @Test
    void closingDeletesTheAllocation() {
        server.allocated();
        client.close(server.now);
        server.run(Duration.ofSeconds(1));

        assertThat(server.requests.getLast().get(TurnAttributes.LIFETIME)).isEqualTo(0L);
        assertThat(server.events).endsWith(new TurnOutput.Closed());
        assertThat(client.nextTimeoutNanos()).isEqualTo(TurnClient.NEVER);
        client.requestPermission(PEER_IP, server.now);
        client.bindChannel(new TransportAddress(PEER_IP, 1), server.now);
        server.drain();
        assertThat(server.events)
                .endsWith(
                        new TurnOutput.PermissionRefused(PEER_IP, 0),
                        new TurnOutput.ChannelRefused(new TransportAddress(PEER_IP, 1), 0));
    }

    @Test
    void closingWhileTheServerIsSilentEndsWithinThreeSeconds() {
        server.allocated();
        server.isSilent = true;
        client.close(server.now);
        server.run(Duration.ofMillis(2400));
        assertThat(server.events(TurnOutput.Closed.class)).isEmpty();
        server.run(Duration.ofMillis(200));

        assertThat(server.events(TurnOutput.Closed.class)).hasSize(1);
    }

    @Test
    void closingBeforeTheAllocationIsMadeDeletesItWhenItComes() {
        server.isSilent = true;
        client.allocate(server.now);
        server.drain();
        client.close(server.now);
        server.isSilent = false;
        server.run(Duration.ofSeconds(2));

        assertThat(server.requests.getLast().method()).isEqualTo(TurnMethod.REFRESH);
        assertThat(server.events).containsExactly(new TurnOutput.Closed());
    }

    @Test
    void messagesThatAreNoAnswersAreCounted() {
        server.allocated();
        TransactionId id = new TransactionId(1, 1);
        for (MessageClass messageClass : MessageClass.values()) {
            byte[] message =
                    StunEncoder.of(messageClass, TurnMethod.CHANNEL_BIND, id).encode();
            assertThat(client.handleStun(StunMessage.parse(ByteBuffer.wrap(message)), server.now))
                    .isNull();
        }
        assertThat(client.dropped(TurnDropReason.UNKNOWN_TRANSACTION)).isEqualTo(2);
        assertThat(client.dropped(TurnDropReason.UNEXPECTED_MESSAGE)).isEqualTo(2);
    }
}
