package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.simulation.network.Link;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five peers at random sites call, talk, hang up, lose power, restart and are cut off at random for five minutes, over
 * lines of random quality and behind routers that reboot. Then the storm ends, and everything has to work as if it had
 * never been.
 */
class ChaosSimulationTest {
    private static final int PEERS = 5;
    private static final int ACTIONS = 300;
    private static final String CANARY = "chaos or not, this is private";

    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void afterAStormEverythingWorksAndNothingIsLeft(long seed) {
        Storm storm = new Storm(simulations.internet(seed));
        for (int i = 0; i < ACTIONS; i++) {
            storm.act();
            storm.run(Duration.ofMillis(storm.random.nextInt(2_000)));
        }
        storm.assertThatWhatArrivedWasSentInThisOrder();
        storm.calm();
        storm.assertThatEverybodyReachesEverybody();
        storm.assertThatNothingIsLeft();
        assertThat(storm.server.saw(CANARY)).isFalse();
    }

    private static final class Storm {
        private final Internet internet;
        private final ServerNode server;
        private final RandomGenerator random;
        private final List<Internet.PeerSite> sites = new ArrayList<>();
        private final List<PeerNode> peers = new ArrayList<>();
        private final Map<PeerConversation, List<String>> sentByConversation = new LinkedHashMap<>();
        private final List<PeerConversation> conversations = new ArrayList<>();

        private int texts;

        private Storm(Internet internet) {
            this.internet = internet;
            this.server = new ServerNode(internet);
            this.random = internet.network().randomGenerator();
            for (int i = 0; i < PEERS; i++) {
                Site site =
                        NatKinds.ALL.get(random.nextInt(NatKinds.ALL.size())).site();
                sites.add(internet.site("peer " + i, site));
                peers.add(new PeerNode(internet, server, sites.get(i)));
            }
        }

        private void run(Duration duration) {
            internet.network().time().run(duration.toNanos());
        }

        private void act() {
            int i = random.nextInt(PEERS);
            switch (random.nextInt(12)) {
                case 0, 1 ->
                    remember(peers.get(i)
                            .connect(peers.get((i + random.nextInt(1, PEERS)) % PEERS)
                                    .peerId()));
                case 2, 3, 4, 5, 6 -> talk();
                case 7 -> {
                    if (!conversations.isEmpty()) {
                        conversations.get(random.nextInt(conversations.size())).close();
                    }
                }
                case 8 -> sites.get(i).setAccess(randomLink());
                case 9 -> peers.get(i).cutRendezvous();
                case 10 -> {
                    if (sites.get(i).nat() != null) {
                        sites.get(i).nat().reboot();
                    }
                }
                case 11 -> restart(i);
                default -> throw new IllegalStateException("no such action");
            }
        }

        private void talk() {
            List<PeerConversation> all = new ArrayList<>(conversations);
            peers.forEach(peer -> all.addAll(peer.incoming()));
            if (all.isEmpty()) {
                return;
            }
            PeerConversation conversation = all.get(random.nextInt(all.size()));
            List<String> sent = sentByConversation.computeIfAbsent(conversation, key -> new ArrayList<>());
            for (int n = random.nextInt(1, 20); n > 0; n--) {
                sent.add(CANARY + ", text " + ++texts);
                conversation.send(sent.getLast());
            }
        }

        private void remember(PeerConversation conversation) {
            conversations.add(conversation);
        }

        private void restart(int i) {
            PeerNode before = peers.get(i);
            if (random.nextBoolean()) {
                before.powerOff();
            } else {
                before.stop();
                run(Duration.ofSeconds(random.nextInt(5)));
                before.powerOff();
            }
            peers.set(i, new PeerNode(internet, server, sites.get(i), before.identity(), IceTransportPolicy.ALL));
        }

        private Link randomLink() {
            return Link.of(Duration.ofMillis(random.nextInt(1, 100)))
                    .withJitter(Duration.ofMillis(random.nextInt(1, 30)))
                    .withLoss(random.nextInt(4) == 0 ? 0.3 : 0.02)
                    .withDuplication(0.02)
                    .withReordering(0.02);
        }

        /** Every conversation heard a beginning of what some conversation said. */
        private void assertThatWhatArrivedWasSentInThisOrder() {
            List<PeerConversation> all = new ArrayList<>(conversations);
            peers.forEach(peer -> all.addAll(peer.incoming()));
            for (PeerConversation conversation : all) {
                List<String> received = conversation.received();
                assertThat(sentByConversation.values())
                        .as("somebody sent %s", received)
                        .satisfiesAnyOf(
                                sent -> assertThat(received).isEmpty(),
                                sent -> assertThat(sent)
                                        .anySatisfy(texts ->
                                                assertThat(texts).startsWith(received.toArray(String[]::new))));
            }
        }

        private void calm() {
            sites.forEach(site -> site.setAccess(Internet.ACCESS));
            conversations.forEach(PeerConversation::close);
            peers.forEach(peer -> peer.incoming().forEach(PeerConversation::close));
            run(Duration.ofMinutes(2));
        }

        private void assertThatEverybodyReachesEverybody() {
            for (PeerNode caller : peers) {
                for (PeerNode called : peers) {
                    if (caller != called) {
                        PeerConversation conversation = caller.connect(called.peerId());
                        run(Duration.ofSeconds(10));
                        assertThat(conversation.failure()).isNull();
                        assertThat(conversation.isOpen()).isTrue();
                        conversation.send(CANARY);
                        run(Duration.ofSeconds(2));
                        assertThat(called.incoming().getLast().received()).containsExactly(CANARY);
                        conversation.close();
                    }
                }
            }
        }

        private void assertThatNothingIsLeft() {
            run(Duration.ofMinutes(12));
            assertThat(server.turn().relayedAddresses()).as("allocations").isEmpty();
            assertThat(server.rendezvous().connections()).isEqualTo(PEERS);
            assertThat(peers)
                    .allSatisfy(peer -> assertThat(peer.endpoint().statistics().connections())
                            .isZero());
        }
    }
}
