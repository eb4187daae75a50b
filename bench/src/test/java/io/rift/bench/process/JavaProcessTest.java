package io.rift.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JavaProcessTest {

    @Test
    void whatFillsGapsIsNoObject() {
        assertThat(JavaProcess.liveBytes("""
                        26906:
                         num     #instances         #bytes  class name (module)
                        -------------------------------------------------------
                           1:         96554        6623792  [B (java.base@25.0.3)
                          12:          2568         614512  [Ljdk.internal.vm.FillerElement; (java.base@25.0.3)
                          13:             4             64  jdk.internal.vm.FillerObject (java.base@25.0.3)
                          14:             1             24  some.Thing
                        Total        651256       25061344
                        """)).isEqualTo(6_623_792 + 24);
    }
}
