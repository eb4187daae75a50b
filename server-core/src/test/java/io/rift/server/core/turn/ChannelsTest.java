package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.ipv4;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.TransportAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChannelsTest {
    private final Channels channels = new Channels(1);

    @Test
    void aBindingIsFoundByNumberAndByPeerUntilItIsRemoved() {
        ChannelBinding binding = binding(0x4001, ipv4(1, 1));
        channels.add(binding);
        assertThat(channels.get(0x4001)).isSameAs(binding);
        assertThat(channels.get(ipv4(1, 1))).isSameAs(binding);
        channels.remove(binding);

        assertThat(channels.get(0x4001)).isNull();
        assertThat(channels.get(ipv4(1, 1))).isNull();
        assertThat(channels.size()).isZero();
    }

    @Test
    void aNumberOrPeerCannotBeBoundTwice() {
        channels.add(binding(0x4001, ipv4(1, 1)));

        assertThatThrownBy(() -> channels.add(binding(0x4001, ipv4(2, 1)))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> channels.add(binding(0x4002, ipv4(1, 1)))).isInstanceOf(IllegalStateException.class);
        assertThat(channels.size()).isEqualTo(1);
    }

    @Test
    void everyNumberIsFoundUnderRandomUse() {
        SplittableRandom random = new SplittableRandom(13);
        Map<Integer, ChannelBinding> expected = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int number = 0x4000 + random.nextInt(200);
            ChannelBinding bound = expected.get(number);
            assertThat(channels.get(number)).isSameAs(bound);
            if (bound == null) {
                ChannelBinding binding = binding(number, ipv4(7, number));
                channels.add(binding);
                expected.put(number, binding);
            } else if (random.nextBoolean()) {
                channels.remove(bound);
                expected.remove(number);
            }
            assertThat(channels.size()).isEqualTo(expected.size());
        }
    }

    private static ChannelBinding binding(int number, TransportAddress peer) {
        return new ChannelBinding(null, number, new Route(null, peer));
    }
}
