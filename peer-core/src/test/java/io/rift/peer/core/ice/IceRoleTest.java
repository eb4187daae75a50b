package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IceRoleTest {

    @ParameterizedTest
    @EnumSource(Role.class)
    void twoAgentsOfOneRoleEndWithOneOfEach(Role role) {
        int switched = 0;
        for (long seed = 0; seed < 50; seed++) {
            Pair pair = new Pair(seed, IceConfig.DEFAULT, role, role, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.CONE, 2));
            pair.loss = seed % 2 == 0 ? 0 : 0.2;
            pair.signal().run(Duration.ofSeconds(20));

            assertThat(pair.a.agent.role()).as("seed " + seed).isNotEqualTo(pair.b.agent.role());
            IcePathTest.assertPath(pair, PathKind.SRFLX);
            switched += pair.a.agent.role() == role ? 0 : 1;
        }
        assertThat(switched).isBetween(5, 45); // the tie-breaker decides, not the side
    }
}
