package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TurnCountersTest {

    @Test
    void aSnapshotStaysAsItIsAndSnapshotsAddUp() {
        TestServer shard = new TestServer();
        TestClient client = TestClient.alice(shard).withAllocation();
        client.createPermission(TestServer.PEER);
        client.bindChannel(0x4000, TestServer.PEER);
        client.sendChannelData(0x4000, "12345");
        client.sendChannelData(0x4001, "dropped");
        TurnCounters first = shard.server.counters().snapshot();
        client.sendChannelData(0x4000, "12345");
        TurnCounters sum = shard.server.counters().snapshot();
        sum.add(first);

        assertThat(first.packetsToPeers()).isEqualTo(1);
        assertThat(first.drops(DropReason.NO_CHANNEL)).isEqualTo(1);
        assertThat(first.allocateResults(401)).isEqualTo(1);
        assertThat(sum.allocations()).isEqualTo(2);
        assertThat(sum.permissions()).isEqualTo(2);
        assertThat(sum.channels()).isEqualTo(2);
        assertThat(sum.packetsToPeers()).isEqualTo(3);
        assertThat(sum.bytesToPeers()).isEqualTo(15);
        assertThat(sum.drops(DropReason.NO_CHANNEL)).isEqualTo(2);
        assertThat(sum.allocateResults(TurnCounters.SUCCESS)).isEqualTo(2);
    }

    @Test
    void aCodeUnderWhichNothingIsCountedHasCountZero() {
        assertThat(new TurnCounters().allocateResults(999)).isZero();
    }
}
