package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Eleven peers, one behind each kind of NAT, and every two of them talk, all at the same moment. */
class CrowdSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everybodyCallsEverybodyAtOnce(long seed) {
        Internet internet = simulations.internet(seed);
        ServerNode server = new ServerNode(internet);
        List<PeerNode> peers = new ArrayList<>();
        for (NatKinds.Kind kind : NatKinds.ALL) {
            peers.add(new PeerNode(internet, server, internet.site("peer " + peers.size(), kind.site())));
        }
        internet.network().time().run(Duration.ofSeconds(2).toNanos());

        List<PeerConversation> calls = new ArrayList<>();
        for (PeerNode caller : peers) {
            for (PeerNode called : peers) {
                if (caller != called) {
                    calls.add(caller.connect(called.peerId()));
                }
            }
        }
        internet.network().time().run(Duration.ofSeconds(20).toNanos());

        assertThat(calls).allSatisfy(call -> assertThat(call.failure()).isNull());
        assertThat(calls).allMatch(PeerConversation::isOpen);
        for (PeerConversation call : calls) {
            call.send("hello");
        }
        internet.network().time().run(Duration.ofSeconds(5).toNanos());
        // Each two peers called each other, so that there is one conversation between them, with a hello from each.
        assertThat(calls).allSatisfy(call -> assertThat(call.received()).containsExactly("hello"));
        assertThat(peers).allMatch(peer -> peer.incoming().isEmpty());
    }
}
