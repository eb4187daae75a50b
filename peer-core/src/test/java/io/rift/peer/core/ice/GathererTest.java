package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GathererTest {
    private static final TransportAddress BASE = TransportAddress.parse("0.0.0.0:5000");
    private static final IpAddress HOST = IpAddress.parse("10.0.0.1");
    private static final TransportAddress ONE = TransportAddress.parse("192.0.2.1:3478");
    private static final TransportAddress TWO = TransportAddress.parse("192.0.2.1:3479");
    private static final TransportAddress MAPPED = TransportAddress.parse("198.51.100.1:6000");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Gatherer gatherer = new Gatherer(BASE, new Random(1));
    /** What each server sees; a server that is not here does not answer. */
    private final Map<TransportAddress, TransportAddress> mappedByServer = new HashMap<>();

    private final List<GathererOutput> events = new ArrayList<>();
    private final List<TransportAddress> asked = new ArrayList<>();
    private UnaryOperator<byte[]> tamper = response -> response;
    private TransportAddress answersFrom;
    private long now;

    private void start(TransportAddress... servers) {
        gatherer.start(List.of(HOST), List.of(servers), now);
        drain();
    }

    private void run(Duration duration) {
        long end = now + duration.toNanos();
        drain();
        for (long next = gatherer.nextTimeoutNanos(); Deadlines.isDue(next, end); next = gatherer.nextTimeoutNanos()) {
            now = Math.max(now, next);
            gatherer.handleTimeout(now);
            drain();
        }
        now = end;
    }

    private void drain() {
        for (GathererOutput output = gatherer.poll(); output != null; output = gatherer.poll()) {
            if (output instanceof GathererOutput.Transmit(TransportAddress to, ByteBuffer datagram)) {
                asked.add(to);
                TransportAddress mapped = mappedByServer.get(to);
                if (mapped != null) {
                    answer(to, StunMessage.parse(datagram), mapped);
                }
            } else {
                events.add(output);
            }
        }
    }

    private void answer(TransportAddress server, StunMessage request, TransportAddress mapped) {
        byte[] response = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, request.transactionId())
                .add(StunAttributes.XOR_MAPPED_ADDRESS, mapped)
                .encodeWithFingerprint();
        TransportAddress from = answersFrom == null ? server : answersFrom;
        gatherer.handleStun(from, StunMessage.parse(ByteBuffer.wrap(tamper.apply(response))), now);
    }

    private <T extends GathererOutput> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<CandidateType> types() {
        return gatherer.candidates().stream().map(Candidate::type).toList();
    }

    @Test
    void hostAndServerReflexiveCandidatesAreGathered() {
        mappedByServer.put(ONE, MAPPED);
        mappedByServer.put(TWO, MAPPED);
        start(ONE, TWO);

        assertThat(types()).containsExactly(CandidateType.HOST, CandidateType.SRFLX);
        Candidate host = gatherer.candidates().getFirst();
        assertThat(host.address()).isEqualTo(new TransportAddress(HOST, 5000));
        assertThat(host.base()).isEqualTo(BASE);
        Candidate reflexive = gatherer.candidates().getLast();
        assertThat(reflexive.address()).isEqualTo(MAPPED);
        assertThat(reflexive.base()).isEqualTo(BASE);
        assertThat(reflexive.foundation()).isNotEqualTo(host.foundation());
        assertThat(events).contains(new GathererOutput.GatheringComplete());
        assertThat(gatherer.isComplete()).isTrue();
    }

    @Test
    void oneMappingForAllServersIsEndpointIndependent() {
        mappedByServer.put(ONE, MAPPED);
        start(ONE, TWO);
        assertThat(gatherer.natKind()).isEqualTo(NatKind.UNKNOWN);
        mappedByServer.put(TWO, MAPPED);
        run(SECOND);

        assertThat(gatherer.natKind()).isEqualTo(NatKind.ENDPOINT_INDEPENDENT);
        assertThat(events(GathererOutput.NatKindChanged.class)).hasSize(1);
    }

    @Test
    void aMappingForEachServerIsAddressDependentAndAllAreKeptAlive() {
        mappedByServer.put(ONE, MAPPED);
        mappedByServer.put(TWO, TransportAddress.parse("198.51.100.1:6001"));
        start(ONE, TWO);

        assertThat(gatherer.natKind()).isEqualTo(NatKind.ADDRESS_DEPENDENT);
        assertThat(types()).containsExactly(CandidateType.HOST, CandidateType.SRFLX, CandidateType.SRFLX);
        assertThat(gatherer.candidates().get(1).foundation())
                .isEqualTo(gatherer.candidates().get(2).foundation());
        asked.clear();
        run(Duration.ofSeconds(18));
        assertThat(asked).containsExactly(ONE, TWO);
    }

    @Test
    void ourOwnAddressMeansNoNatAndNoFurtherCandidate() {
        mappedByServer.put(ONE, new TransportAddress(HOST, 5000));
        start(ONE);

        assertThat(gatherer.natKind()).isEqualTo(NatKind.NONE);
        assertThat(types()).containsExactly(CandidateType.HOST);
    }

    @Test
    void silenceMeansBlockedAndGatheringDoesNotWaitForever() {
        start(ONE, TWO);
        run(Duration.ofMillis(4900));
        assertThat(gatherer.isComplete()).isFalse();
        run(Duration.ofMillis(200));

        assertThat(gatherer.isComplete()).isTrue();
        assertThat(gatherer.natKind()).isEqualTo(NatKind.BLOCKED);
        assertThat(types()).containsExactly(CandidateType.HOST);

        mappedByServer.put(ONE, MAPPED);
        mappedByServer.put(TWO, MAPPED);
        run(Duration.ofSeconds(20));
        assertThat(gatherer.natKind()).isEqualTo(NatKind.ENDPOINT_INDEPENDENT);
        assertThat(types()).containsExactly(CandidateType.HOST, CandidateType.SRFLX);
        assertThat(events(GathererOutput.GatheringComplete.class)).hasSize(1);
    }

    @Test
    void withoutServersGatheringIsCompleteAtOnce() {
        start();
        run(Duration.ZERO);

        assertThat(gatherer.isComplete()).isTrue();
        assertThat(gatherer.natKind()).isEqualTo(NatKind.UNKNOWN);
        assertThat(gatherer.nextTimeoutNanos()).isEqualTo(Gatherer.NEVER);
    }

    @Test
    void aRequestIsRepeatedAsRfc8489Says() {
        start(ONE);
        run(Duration.ofMillis(7600));

        assertThat(asked).hasSize(5); // at 0, 0.5, 1.5, 3.5 and 7.5 s
    }

    @Test
    void theMappingIsKeptAliveEveryFifteenSecondsOrSoByOneServer() {
        mappedByServer.put(ONE, MAPPED);
        mappedByServer.put(TWO, MAPPED);
        start(ONE, TWO);
        asked.clear();
        run(Duration.ofMinutes(10));

        assertThat(asked).hasSizeBetween(35, 45).containsOnly(ONE);
    }

    @Test
    void whenTheFirstServerFallsSilentTheNextOneKeepsTheMapping() {
        mappedByServer.put(ONE, MAPPED);
        mappedByServer.put(TWO, MAPPED);
        start(ONE, TWO);
        mappedByServer.remove(ONE);
        run(Duration.ofMinutes(2));

        assertThat(asked.subList(2, asked.size())).contains(TWO);
        assertThat(gatherer.natKind()).isEqualTo(NatKind.ENDPOINT_INDEPENDENT);
        assertThat(types()).containsExactly(CandidateType.HOST, CandidateType.SRFLX);
    }

    @Test
    void aChangedMappingReplacesTheCandidate() {
        TransportAddress after = TransportAddress.parse("198.51.100.1:7000");
        mappedByServer.put(ONE, MAPPED);
        mappedByServer.put(TWO, MAPPED);
        start(ONE, TWO);
        Candidate before = gatherer.candidates().getLast();
        mappedByServer.put(ONE, after);
        mappedByServer.put(TWO, after);
        run(Duration.ofSeconds(20));

        assertThat(events)
                .contains(new GathererOutput.MappedAddressChanged(MAPPED, after), new GathererOutput.Withdrawn(before));
        assertThat(gatherer.candidates().getLast().address()).isEqualTo(after);
        assertThat(gatherer.natKind()).isEqualTo(NatKind.ENDPOINT_INDEPENDENT);
        assertThat(types()).hasSize(2);
    }

    @Test
    void aNatThatNeverMapsTwiceAlikeDoesNotMakeUsAskForever() {
        start(ONE, TWO);
        for (int i = 0; i < 600; i++) {
            mappedByServer.put(ONE, new TransportAddress(MAPPED.ip(), 10_000 + 2 * i));
            mappedByServer.put(TWO, new TransportAddress(MAPPED.ip(), 10_001 + 2 * i));
            run(SECOND);
        }
        assertThat(asked.size()).isLessThan(200);
        assertThat(gatherer.natKind()).isEqualTo(NatKind.ADDRESS_DEPENDENT);
        assertThat(types()).hasSize(3);
    }

    @Test
    void theRelayedCandidateComesAndGoesWithTheAllocation() {
        TransportAddress relayed = TransportAddress.parse("192.0.2.1:50000");
        start();
        gatherer.allocated(relayed, ONE);
        drain();
        Candidate relay = gatherer.candidates().getLast();
        assertThat(relay.type()).isEqualTo(CandidateType.RELAY);
        assertThat(relay.base()).isEqualTo(relayed);

        gatherer.allocationLost(relayed);
        drain();
        assertThat(events).endsWith(new GathererOutput.Gathered(relay), new GathererOutput.Withdrawn(relay));
    }

    @Test
    void aNewStartTellsOnlyWhatChanged() {
        IpAddress other = IpAddress.parse("10.0.0.2");
        mappedByServer.put(ONE, MAPPED);
        gatherer.start(List.of(HOST, other), List.of(ONE), now);
        drain();
        events.clear();

        gatherer.start(List.of(HOST, IpAddress.parse("10.0.0.3")), List.of(ONE), now);
        drain();

        assertThat(events(GathererOutput.Withdrawn.class))
                .extracting(withdrawn -> withdrawn.candidate().address().ip())
                .containsExactly(other);
        assertThat(events(GathererOutput.Gathered.class))
                .extracting(gathered -> gathered.candidate().address().ip())
                .containsExactly(IpAddress.parse("10.0.0.3"));
    }

    @Test
    void answersFromElsewhereAreNotBelieved() {
        mappedByServer.put(ONE, MAPPED);
        answersFrom = TWO;
        start(ONE);

        assertThat(types()).containsExactly(CandidateType.HOST);
        assertThat(gatherer.dropped(DropReason.WRONG_SOURCE)).isEqualTo(1);
        answersFrom = null;
        run(SECOND);
        assertThat(types()).containsExactly(CandidateType.HOST, CandidateType.SRFLX);
    }

    @Test
    void damagedAndSenselessAnswersAreCounted() {
        mappedByServer.put(ONE, MAPPED);
        tamper = response -> {
            byte[] damaged = response.clone();
            damaged[damaged.length - 1]++;
            return damaged;
        };
        start(ONE);
        assertThat(gatherer.dropped(DropReason.BAD_FINGERPRINT)).isEqualTo(1);

        tamper = response -> response;
        mappedByServer.put(ONE, TransportAddress.parse("0.0.0.0:1"));
        run(SECOND);
        assertThat(gatherer.dropped(DropReason.BAD_ATTRIBUTE)).isEqualTo(1);
        assertThat(types()).containsExactly(CandidateType.HOST);
    }

    @Test
    void anErrorIsNoAnswer() {
        mappedByServer.put(ONE, MAPPED);
        tamper = response -> StunEncoder.of(
                        MessageClass.ERROR_RESPONSE,
                        StunMethod.BINDING,
                        StunMessage.parse(ByteBuffer.wrap(response)).transactionId())
                .add(StunAttributes.ERROR_CODE, ErrorCode.TRY_ALTERNATE)
                .encodeWithFingerprint();
        start(ONE);

        assertThat(gatherer.isComplete()).isTrue();
        assertThat(gatherer.natKind()).isEqualTo(NatKind.BLOCKED);
    }

    @Test
    void answersToOthersAreLeftToThem() {
        start(ONE);
        byte[] foreign = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, new TransactionId(1, 1))
                .encode();

        assertThat(gatherer.handleStun(ONE, StunMessage.parse(ByteBuffer.wrap(foreign)), now))
                .isFalse();
    }

    @Test
    void addressesAndServersBeyondTheBoundsAreLeftOut() {
        List<IpAddress> hosts = new ArrayList<>();
        List<TransportAddress> servers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            hosts.add(IpAddress.ofIpv4(0x0A000001 + i));
            servers.add(new TransportAddress(ONE.ip(), 3478 + i));
        }
        gatherer.start(hosts, servers, now);
        drain();

        assertThat(gatherer.candidates()).hasSize(Gatherer.MAX_HOST_ADDRESSES);
        assertThat(gatherer.candidates().stream().map(Candidate::priority).distinct())
                .hasSize(Gatherer.MAX_HOST_ADDRESSES);
        assertThat(asked).hasSize(Gatherer.MAX_STUN_SERVERS);
    }
}
