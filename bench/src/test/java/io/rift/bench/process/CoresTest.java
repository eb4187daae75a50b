package io.rift.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CoresTest {

    @Test
    void rangesAndSingleCoresAreRead() {
        assertThat(Cores.parse("\t0-2,5,8-9\n")).containsExactly(0, 1, 2, 5, 8, 9);
        assertThat(Cores.parse("7")).containsExactly(7);
    }
}
