package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathTier;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.TransactionId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckListTest {
    private static final TransportAddress BASE = TransportAddress.parse("0.0.0.0:5000");
    private static final TransportAddress RELAY = TransportAddress.parse("192.0.2.1:50001");

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final CheckList list = new CheckList(() -> Role.CONTROLLING);

    private static Candidate local(CandidateType type, String address, int localPreference, String foundation) {
        return new Candidate(
                type,
                TransportAddress.parse(address),
                type == CandidateType.RELAY ? RELAY : BASE,
                Candidate.priority(type, localPreference),
                foundation);
    }

    private static Candidate remote(CandidateType type, String address, String foundation) {
        TransportAddress transportAddress = TransportAddress.parse(address);
        return new Candidate(type, transportAddress, transportAddress, Candidate.priority(type, 65_535), foundation);
    }

    @Test
    void candidatesOfOneBaseMakeOnePairForEachRemoteCandidate() {
        list.addLocal(local(CandidateType.SRFLX, "198.51.100.1:6000", 65_535, "2"));
        list.addLocal(local(CandidateType.HOST, "10.0.0.2:5000", 65_534, "1"));
        list.addLocal(local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "3"));
        list.addRemote(remote(CandidateType.HOST, "10.0.0.9:7000", "1"));
        list.addRemote(remote(CandidateType.SRFLX, "198.51.100.9:7000", "2"));

        assertThat(list.pairs()).hasSize(2);
        assertThat(list.pairs())
                .allMatch(pair -> pair.local().address().equals(TransportAddress.parse("10.0.0.1:5000")));
        assertThat(list.pairs().getFirst().remote().type()).isEqualTo(CandidateType.HOST);
    }

    @Test
    void pairsAreOfOneFamilyAndLoopbackStaysAmongItself() {
        list.addLocal(local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1"));
        list.addLocal(local(CandidateType.HOST, "[2001:db8::1]:5000", 65_534, "2"));
        list.addRemote(remote(CandidateType.HOST, "[2001:db8::9]:7000", "1"));
        list.addRemote(remote(CandidateType.HOST, "127.0.0.1:7000", "2"));

        assertThat(list.pairs()).hasSize(1);
        assertThat(list.pairs().getFirst().remoteAddress().ip().family()).isEqualTo(IpAddress.Family.IPV6);
        list.addLocal(local(CandidateType.HOST, "127.0.0.1:5000", 65_533, "3"));
        assertThat(list.pairs()).hasSize(2);
    }

    @Test
    void pairsOfOneFoundationAreCheckedAfterTheOthers() {
        list.addLocal(local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1"));
        list.addRemote(remote(CandidateType.HOST, "10.0.0.7:7000", "1"));
        list.addRemote(remote(CandidateType.HOST, "10.0.0.8:7000", "1"));
        list.addRemote(remote(CandidateType.SRFLX, "198.51.100.9:7000", "2"));

        ListedPair first = list.pollNext();
        first.checking(new TransactionId(1, 1));
        assertThat(first.remoteAddress()).isEqualTo(TransportAddress.parse("10.0.0.7:7000"));
        ListedPair second = list.pollNext();
        second.checking(new TransactionId(1, 2));
        assertThat(second.remote().type()).isEqualTo(CandidateType.SRFLX);
        ListedPair third = list.pollNext();
        assertThat(third.state()).isEqualTo(PairState.FROZEN);
        assertThat(third.remoteAddress()).isEqualTo(TransportAddress.parse("10.0.0.8:7000"));
    }

    @Test
    void aTriggeredPairGoesFirst() {
        Candidate host = local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1");
        list.addLocal(host);
        list.addRemote(remote(CandidateType.HOST, "10.0.0.7:7000", "1"));
        ListedPair late = list.pairOf(host, TransportAddress.parse("198.51.100.9:1234"), 1, 1000 * SECOND);
        list.trigger(late);

        assertThat(list.pollNext()).isSameAs(late);
        assertThat(list.pollNext().remoteAddress()).isEqualTo(TransportAddress.parse("10.0.0.7:7000"));
    }

    @Test
    void aPairThroughTheRelayWaitsForItsPermission() {
        list.addLocal(local(CandidateType.RELAY, RELAY.toString(), 65_535, "1"));
        list.addRemote(remote(CandidateType.HOST, "198.51.100.9:7000", "1"));
        list.addRemote(remote(CandidateType.HOST, "198.51.100.9:7001", "2"));
        IpAddress peer = IpAddress.parse("198.51.100.9");

        assertThat(list.permissions().pollNeeded()).isEqualTo(peer);
        assertThat(list.permissions().pollNeeded()).isNull();
        assertThat(list.hasNext()).isFalse();
        list.permissions().installed(peer);
        assertThat(list.hasNext()).isTrue();
        list.permissions().needAgain(peer);
        assertThat(list.hasNext()).isFalse();
    }

    @Test
    void parkedTiersAreLeftAlone() {
        list.addLocal(local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1"));
        list.addRemote(remote(CandidateType.SRFLX, "198.51.100.9:7000", "1"));

        list.park(PathTier.REFLEXIVE);
        assertThat(list.hasNext()).isFalse();
        list.addRemote(remote(CandidateType.HOST, "10.0.0.9:7000", "2"));
        assertThat(list.pollNext().tier()).isEqualTo(PathTier.HOST);
        list.park(null);
        assertThat(list.hasNext()).isTrue();
    }

    @Test
    void theListHoldsAHundredPairsAndPrefersTheBetterOnes() {
        list.addLocal(local(CandidateType.RELAY, RELAY.toString(), 65_535, "1"));
        for (int i = 0; i < RemoteCandidates.MAX_SIGNALLED; i++) {
            list.addRemote(remote(CandidateType.HOST, "198.51.100." + i + ":7000", "1"));
        }
        for (int i = 1; i < 4; i++) {
            TransportAddress base = TransportAddress.parse("10.0.0." + i + ":5000");
            list.addLocal(new Candidate(
                    CandidateType.HOST, base, base, Candidate.priority(CandidateType.HOST, 65_535 - i), "1"));
        }
        assertThat(list.pairs()).hasSize(CheckList.MAX_PAIRS);
        assertThat(list.pairs().stream().filter(ListedPair::isViaRelay)).hasSize(100 - 3 * 32);

        // an authentic check finds a place even so
        Candidate host = list.localAt(TransportAddress.parse("10.0.0.1:5000"), IpAddress.Family.IPV4);
        assertThat(list.pairOf(host, TransportAddress.parse("198.51.100.9:1234"), 1, 1000 * SECOND))
                .isNotNull();
        assertThat(list.pairs()).hasSize(CheckList.MAX_PAIRS);
    }

    @Test
    void anOrdinaryCheckHasItsTurnThoughTriggeredOnesNeverEnd() {
        Candidate host = local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1");
        Candidate signalled = remote(CandidateType.SRFLX, "203.0.113.9:9", "1");
        list.addLocal(host);
        list.addRemote(signalled);
        ListedPair one = list.pairOf(host, source(1), 1, 0);
        ListedPair two = list.pairOf(host, source(2), 1, 0);
        list.trigger(one);
        list.trigger(two);

        assertThat(list.pollNext()).isSameAs(one);
        list.trigger(list.pairOf(host, source(3), 1, 0));
        assertThat(list.pollNext().remoteAddress()).isEqualTo(signalled.address());
        assertThat(list.pollNext()).isSameAs(two);
    }

    @Test
    void peerReflexiveCandidatesThatNeverEndAreLearnedAtABoundedRate() {
        Candidate host = local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1");
        list.addLocal(host);
        int learned = 0;
        int checks = 10_000;
        for (int i = 1; i <= checks; i++) {
            // A hundred checks a second, each from a source of its own, and all of them fail.
            ListedPair pair = list.pairOf(host, source(i), 1, i * SECOND / 100);
            if (pair != null) {
                learned++;
                pair.failed(ListedPair.Failure.REFUSED);
            }
        }
        long replaced = checks * SECOND / 100 / RemoteCandidates.REPLACEMENT_INTERVAL_NANOS;
        assertThat(learned)
                .isBetween(RemoteCandidates.MAX_PEER_REFLEXIVE, RemoteCandidates.MAX_PEER_REFLEXIVE + (int) replaced);
        assertThat(list.remotes()).hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE);
        assertThat(list.pairs()).hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE);
    }

    private static TransportAddress source(int number) {
        return new TransportAddress(IpAddress.parse("198.51.100.9"), 1024 + number);
    }

    @Test
    void peerReflexiveCandidatesThatLeadNowhereMakeRoom() {
        Candidate host = local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1");
        list.addLocal(host);
        for (int i = 1; i <= 100; i++) {
            assertThat(list.pairOf(host, source(i), 1, 5L * i * SECOND)).isNotNull();
        }
        assertThat(list.remotes()).hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE);
        assertThat(list.pairs()).hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE);

        long id = 0;
        for (ListedPair pair : list.pairs()) {
            pair.checking(new TransactionId(1, id++));
        }
        assertThat(list.pairOf(host, TransportAddress.parse("198.51.100.9:1234"), 1, 1000 * SECOND))
                .isNull();
    }

    @Test
    void whatALostCandidateCarriedGoesToAnotherOfTheSameBaseOrEnds() {
        Candidate best = local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1");
        Candidate other = local(CandidateType.SRFLX, "198.51.100.1:6000", 65_535, "2");
        list.addLocal(best);
        list.addLocal(other);
        list.addRemote(remote(CandidateType.HOST, "198.51.100.9:7000", "1"));

        assertThat(list.removeLocal(best)).isEmpty();
        assertThat(list.pairs().getFirst().local()).isEqualTo(other);
        assertThat(list.removeLocal(other)).hasSize(1);
        assertThat(list.pairs()).isEmpty();
    }

    // RFC 8445 sections 5.1.2.1 and 6.1.2.3
    @Test
    void prioritiesFollowTheFormulas() {
        assertThat(Candidate.priority(CandidateType.HOST, 65_535)).isEqualTo(2_130_706_431L);
        assertThat(Candidate.priority(CandidateType.PRFLX, 65_535)).isEqualTo(1_862_270_975L);
        assertThat(Candidate.priority(CandidateType.SRFLX, 65_535)).isEqualTo(1_694_498_815L);
        assertThat(Candidate.priority(CandidateType.RELAY, 65_535)).isEqualTo(16_777_215L);

        Candidate host = local(CandidateType.HOST, "10.0.0.1:5000", 65_535, "1");
        Candidate srflx = remote(CandidateType.SRFLX, "198.51.100.9:7000", "1");
        long expected = (1L << 32) * 1_694_498_815L + 2 * 2_130_706_431L;
        assertThat(new CandidatePair(host, srflx).priority(Role.CONTROLLING)).isEqualTo(expected + 1);
        assertThat(new CandidatePair(host, srflx).priority(Role.CONTROLLED)).isEqualTo(expected);
        assertThat(new CandidatePair(srflx, host).priority(Role.CONTROLLED)).isEqualTo(expected + 1);
    }
}
