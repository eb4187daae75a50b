package io.rift.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rift.bench.load.FloodResult;
import io.rift.bench.load.Mode;
import io.rift.bench.relay.Measurements.Memory;
import io.rift.bench.relay.Measurements.Round;
import io.rift.bench.relay.Measurements.Setup;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayReportTest {
    private static final Cell CELL = new Cell(Mode.CLIENT_TO_PEER, 160, 50);

    private final Measurements measurements = new Measurements();
    private final RelayReport report = new RelayReport(measurements, List.of("rift", "coturn"));

    @Test
    void theRatioIsTakenRoundByRound() {
        // A machine that was half as fast in the second round does not widen the spread of the ratio.
        add("rift", flood(300, 1, 1), flood(300, 1, 1));
        add("coturn", flood(200, 1, 1), flood(200, 1, 1));
        add("rift", flood(150, 1, 1), flood(150, 1, 1));
        add("coturn", flood(100, 1, 1), flood(100, 1, 1));
        Statistic ratio = report.ratio(CELL);
        assertThat(ratio.min()).isCloseTo(1.5, within(1e-9));
        assertThat(ratio.max()).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void aServerThatWaitedForWorkIsMarked() {
        add("rift", flood(300, 0.9, 1), flood(300, 1, 1));
        assertThat(report.loadWasTheLimit()).isTrue();
        assertThat(report.tables().getFirst().markdown()).contains(" *");
    }

    @Test
    void aServerThatHadToWaitForItsCoreDidNotWaitForWork() {
        FloodResult disturbed = new FloodResult(1, 300, 300, 300, 0, 0, 0.5, 0.5, 10, 20);
        add("rift", disturbed, disturbed);
        assertThat(report.loadWasTheLimit()).isFalse();
        assertThat(report.tables().getFirst().markdown()).doesNotContain(" *");
    }

    @Test
    void packetsThatFoundTheRingFullAreTheLoadGeneratorsFault() {
        FloodResult overrun = new FloodResult(1, 300, 290, 290, 0, 10, 1, 0, 10, 20);
        add("rift", overrun, overrun);
        assertThat(report.loadWasTheLimit()).isTrue();
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        measurements.add(50, "coturn", new Setup(1, 0.5));
        measurements.add(50, "coturn", new Memory(1000, Double.NaN));
        assertThat(report.tables().getLast().markdown())
                .contains("| 50 ", "| 50 (50-50) ", "| 100 (100-100) ", "| 1000 ", "| - ");
        assertThat(report.json()).contains("\"heapBytes\": null");
    }

    @Test
    void lossIsOfWhatWasSent() {
        FloodResult flood = new FloodResult(1, 1000, 990, 990, 0, 0, 1, 0, 10, 20);
        assertThat(flood.loss()).isCloseTo(0.01, within(1e-9));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        Statistic statistic = Statistic.of(List.of(4.0, 1.0, 3.0, 100.0), value -> value);
        assertThat(statistic).isEqualTo(new Statistic(3.5, 1, 100));
    }

    private void add(String server, FloodResult full, FloodResult half) {
        measurements.add(CELL, server, new Round(full, half));
    }

    private static FloodResult flood(long packets, double cpuSeconds, double seconds) {
        return new FloodResult(seconds, packets, packets, packets, 0, 0, cpuSeconds, 0, 10, 20);
    }
}
