package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static io.rift.server.core.turn.TestClient.begin;
import static io.rift.server.core.turn.TestClient.udp;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.quota.AnswerBudget;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Floods of requests with forged source addresses: what the named network receives is bounded, and others are served. */
class UnprovenFloodTest {
    private static final int HEADER_BYTES = 28;
    private static final int ASKED = 1_000;
    private static final AnswerBudget.Limits LIMITS = new AnswerBudget.Limits(10_000, 50_000);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final TestServer shard = new TestServer(TurnServerConfig.builder().answerBudget(LIMITS));
    private final TransportAddress elsewhere = TransportAddress.parse("198.18.7.7:5000");

    @Test
    void aNetworkReceivesNoMoreThanItsBudget() {
        for (int method : new int[] {StunMethod.BINDING, TurnMethod.ALLOCATE}) {
            shard.sent.clear();
            shard.advanceSeconds(100);
            flood("192.0.2.", method, 1_000);
            assertThat(sentBytes()).isBetween(19_800, 20_000);

            shard.advanceSeconds(1);
            flood("192.0.2.", method, 1_000);
            assertThat(sentBytes()).isBetween(29_600, 30_000);
        }
        assertThat(shard.drops(DropReason.ANSWER_BUDGET)).isGreaterThan(2_000);
    }

    @Test
    void allNetworksReceiveNoMoreThanTheTotal() {
        for (int network = 0; network < 50; network++) {
            flood("198.18." + network + ".", TurnMethod.ALLOCATE, 200);
        }
        assertThat(sentBytes()).isBetween(99_800, 100_000);
    }

    @Test
    void anotherNetworkIsServedMeanwhile() {
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);

        assertSuccess(TestClient.alice(shard, elsewhere).allocate());
    }

    /** SECURITY.md says so; a client's retransmissions have each the same chance. */
    @Test
    void atTenTimesTheBudgetOneOfTenFirstRequestsOfTheNetworkIsAnswered() {
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);
        shard.sent.clear();
        flood("198.18.0.", TurnMethod.ALLOCATE, 1);
        int answersPerSecond = (int) LIMITS.bytesPerSecondToNetwork() / sentBytes();
        Random random = new Random(7);
        int answered = 0;
        for (int i = 0; i < ASKED; i++) {
            shard.advanceNanos(TimeUnit.SECONDS.toNanos(1) / answersPerSecond);
            int before = random.nextInt(10);
            flood("192.0.2.", TurnMethod.ALLOCATE, before);
            TestClient client = TestClient.alice(shard, TransportAddress.parse("192.0.2.7:" + (2000 + i)));
            answered += client.send(udp(begin(TurnMethod.ALLOCATE)).encode()) == null ? 0 : 1;
            flood("192.0.2.", TurnMethod.ALLOCATE, 9 - before);
        }
        assertThat(answered).isBetween(ASKED * 7 / 100, ASKED * 13 / 100);
    }

    @Test
    void whoeverHasAnsweredAChallengeIsServedMeanwhile() {
        TestClient client = TestClient.alice(shard).withAllocation();
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);
        assertThat(client.send(udp(begin(TurnMethod.ALLOCATE)).encode())).isNull(); // the budget is spent indeed

        assertSuccess(client.refresh(600));
    }

    /** Else a flood would cut off every client in the network whose nonce expires while it lasts. */
    @Test
    void whoeverHasAnOldNonceGetsAFreshOneMeanwhile() {
        TestClient client = TestClient.alice(shard).withAllocation();
        shard.advanceSeconds(Nonces.DEFAULT_LIFETIME_SECONDS - 10);
        assertSuccess(client.refresh(600));
        shard.advanceSeconds(20);
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);

        assertError(client.refresh(600), ErrorCode.STALE_NONCE);
        client.nonce = client.lastResponse().get(StunAttributes.NONCE);
        assertSuccess(client.refresh(600));
    }

    @Test
    void aNonceOfAnotherAddressDoesNotHelp() {
        TestClient client = TestClient.alice(shard);
        client.fetchNonce();
        TestClient spoofed = TestClient.alice(shard, TransportAddress.parse("192.0.2.77:5000"));
        spoofed.nonce = client.nonce;
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);

        assertThat(spoofed.send(spoofed.sign(udp(begin(TurnMethod.ALLOCATE))))).isNull();
    }

    @Test
    void whatAHandshakeHasProvenNeedsNoBudget() {
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);
        for (ClientTransport transport :
                new ClientTransport[] {ClientTransport.TCP, ClientTransport.TLS, ClientTransport.DTLS}) {
            assertSuccess(TestClient.alice(shard).over(transport).allocate());
        }
    }

    @Test
    void whatTheShellAnswersDrawsOnTheSameBudget() {
        int answered = 0;
        for (int i = 0; i < 1_000; i++) {
            if (shard.server.mayAnswerUnproven(TestServer.CLIENT, 60, shard.nowNanos())) {
                answered++;
            }
        }
        assertThat(answered).isEqualTo(20_000 / (60 + HEADER_BYTES));
        assertThat(shard.drops(DropReason.ANSWER_BUDGET)).isEqualTo(1_000 - answered);
        assertThat(shard.server.mayAnswerUnproven(elsewhere, 60, shard.nowNanos()))
                .isTrue();

        flood("192.0.2.", TurnMethod.ALLOCATE, 10);
        assertThat(shard.sent).isEmpty();
    }

    /** Two HMACs and two encodings otherwise, which show in what is allocated. */
    @Test
    void noChallengeIsMadeThatTheBudgetDoesNotHave() {
        flood("198.18.0.", TurnMethod.ALLOCATE, 1_000); // what is only done once
        long answered = allocatedBytes();
        flood("192.0.2.", TurnMethod.ALLOCATE, 1_000);
        long refused = allocatedBytes();

        assertThat(refused).isLessThan(answered / 3);
    }

    private long allocatedBytes() {
        byte[] request = udp(begin(TurnMethod.ALLOCATE)).encode();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            shard.server.handleClientMessage(
                    TestServer.CLIENT,
                    TestServer.LOCAL,
                    ByteBuffer.wrap(request),
                    shard.nowNanos(),
                    shard.wallSeconds());
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private void flood(String network, int method, int requests) {
        for (int i = 0; i < requests; i++) {
            TransportAddress forged = TransportAddress.parse(network + (i % 200 + 20) + ":" + (1024 + i));
            shard.receive(forged, ByteBuffer.wrap(udp(begin(method)).encode()));
        }
    }

    private int sentBytes() {
        return shard.sent.stream()
                .mapToInt(sent -> sent.datagram().remaining() + HEADER_BYTES)
                .sum();
    }
}
