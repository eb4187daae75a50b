package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.time.Deadlines;
import io.rift.peer.core.turn.TurnCredentials;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which of several TURN servers gets to relay. */
class RelayTest {
    private static final TransportAddress A = TransportAddress.parse("203.0.113.1:3478");
    private static final TransportAddress B = TransportAddress.parse("203.0.113.2:3478");
    private static final TransportAddress C = TransportAddress.parse("203.0.113.3:3478");
    private static final TransportAddress MAPPED = TransportAddress.parse("192.0.2.1:5000");

    private final Outbox outbox = new Outbox();
    private final List<TransportAddress> granted = new ArrayList<>();
    private final Relay relay = new Relay(new SplittableRandom(1), outbox, new Recorder());
    private final Set<TransportAddress> alive = new LinkedHashSet<>();

    /** Everybody who was sent anything, in the order of the first time. */
    private final Set<TransportAddress> asked = new LinkedHashSet<>();

    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    @Test
    void aServerThatDoesNotAnswerIsGivenUpForTheNextOneLongBeforeTheAttemptIs() {
        alive.add(B);
        servers(A, B);
        relay.need(now);
        run(Duration.ofSeconds(4));

        assertThat(granted).containsExactly(B);
        assertThat(relay.isSettled()).isTrue();
    }

    @Test
    void theNextAllocationBeginsAtTheServerThatGrantedTheLast() {
        alive.add(B);
        servers(A, B);
        relay.need(now);
        run(Duration.ofSeconds(4));
        servers(A, B); // fresh credentials
        relay.release(now);
        run(EndpointLimits.RELAY_LINGER.plusSeconds(4));
        asked.clear();
        relay.need(now);
        run(Duration.ofSeconds(1));

        assertThat(granted).containsExactly(B, B);
        assertThat(asked).containsExactly(B);
    }

    @Test
    void whenThatOneDiesTheOthersHaveTheirTurn() {
        alive.add(B);
        servers(A, B, C);
        relay.need(now);
        run(Duration.ofSeconds(4));
        relay.release(now);
        run(EndpointLimits.RELAY_LINGER.plusSeconds(4));
        alive.clear();
        alive.add(A);
        relay.need(now);
        run(Duration.ofSeconds(8));

        assertThat(granted).containsExactly(B, A);
    }

    @Test
    void theLastServerIsWaitedFor() {
        servers(A, B);
        relay.need(now);
        run(Duration.ofSeconds(20));
        assertThat(relay.isSettled()).as("still waiting").isFalse();
        alive.add(B);
        run(Duration.ofSeconds(20));

        assertThat(granted).containsExactly(B);
    }

    @Test
    void whenNoServerAnswersThatIsKnownAfterTheLastOne() {
        servers(A, B);
        relay.need(now);
        run(Duration.ofSeconds(43));

        assertThat(relay.isSettled()).isTrue();
        assertThat(relay.relayedAddress()).isNull();
        assertThat(asked).containsExactly(A, B);
    }

    private void servers(TransportAddress... addresses) {
        relay.servers(
                Stream.of(addresses)
                        .map(address -> new EndpointConfig.Turn(address, new TurnCredentials("alice", "secret")))
                        .toList(),
                now);
    }

    private void run(Duration duration) {
        long end = now + duration.toNanos();
        drain();
        while (Deadlines.isDue(relay.nextTimeoutNanos(), end)) {
            now = relay.nextTimeoutNanos();
            relay.handleTimeout(now);
            drain();
        }
        now = end;
    }

    private void drain() {
        while (relay.drain(now)) {
            for (EndpointOutput output = outbox.poll(); output != null; output = outbox.poll()) {
                if (output instanceof EndpointOutput.TransmitDatagram(var to, var datagram)) {
                    asked.add(to);
                    StunMessage request = StunMessage.parse(datagram);
                    if (alive.contains(to) && request != null && relay.isServer(to)) {
                        StunMessage response = StunMessage.parse(ByteBuffer.wrap(answer(request, to)));
                        assertThat(response).isNotNull();
                        relay.handleStun(response, now);
                    }
                }
            }
        }
    }

    private static byte[] answer(StunMessage request, TransportAddress server) {
        if (!request.hasMessageIntegrity()) {
            return StunEncoder.of(MessageClass.ERROR_RESPONSE, request.method(), request.transactionId())
                    .add(StunAttributes.ERROR_CODE, ErrorCode.UNAUTHENTICATED)
                    .add(StunAttributes.REALM, "example.org")
                    .add(StunAttributes.NONCE, new byte[] {1})
                    .encode();
        }
        StunEncoder encoder = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, request.method(), request.transactionId());
        if (request.method() == TurnMethod.ALLOCATE) {
            encoder.add(TurnAttributes.XOR_RELAYED_ADDRESS, new TransportAddress(server.ip(), 50_000))
                    .add(StunAttributes.XOR_MAPPED_ADDRESS, MAPPED);
        }
        return encoder.add(TurnAttributes.LIFETIME, 600L)
                .encodeWithIntegrity(StunKeys.longTerm("alice", "example.org", "secret"));
    }

    private final class Recorder implements Relay.Listener {
        @Override
        public void allocated(TransportAddress relayed, TransportAddress server) {
            granted.add(server);
        }

        @Override
        public void allocationLost(TransportAddress relayed) {}

        @Override
        public void permissionInstalled(IpAddress peer) {}

        @Override
        public void permissionRefused(IpAddress peer) {}

        @Override
        public void credentialsNeeded() {}
    }
}
