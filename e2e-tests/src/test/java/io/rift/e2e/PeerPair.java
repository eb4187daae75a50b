package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.process.ControlLine;
import io.rift.cli.process.Launch;
import io.rift.cli.process.PeerProcess;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.PathType;
import java.nio.file.Path;

/** Two peer processes that connect to each other. */
final class PeerPair implements AutoCloseable {
    private static final int PATH_PATIENCE_MILLIS = 10_000;

    final PeerProcess alice;
    final PeerProcess bob;
    final ControlLine aliceReady;
    final ControlLine bobReady;

    PeerPair(Launch alice, Launch bob, String server, IceTransportPolicy policy, Path directory) {
        this.alice = PeerProcess.start(alice, "alice", server, policy, "", directory.resolve("alice.log"));
        this.bob = PeerProcess.start(bob, "bob", server, policy, "", directory.resolve("bob.log"));
        this.aliceReady = this.alice.ready();
        this.bobReady = this.bob.ready();
    }

    /** Connects, and checks that each end knows who the other one is. */
    void connect() {
        bob.tell(ControlLine.of("accept"));
        ControlLine aliceConnected = alice.ask(ControlLine.of("connect", "to", bobReady.value("id")), "connected");
        ControlLine bobConnected = bob.await("connected");
        assertThat(aliceConnected.value("remote")).isEqualTo(bobReady.value("id"));
        assertThat(bobConnected.value("remote")).isEqualTo(aliceReady.value("id"));
        assertThat(aliceConnected.value("fingerprint")).isEqualTo(bobReady.value("fingerprint"));
        assertThat(bobConnected.value("fingerprint")).isEqualTo(aliceReady.value("fingerprint"));
        assertThat(aliceConnected.value("suite")).isEqualTo(bobConnected.value("suite"));
    }

    /** Waits until both ends are on that path. */
    void reach(PathType type) {
        awaitPath(type, PATH_PATIENCE_MILLIS);
    }

    /** Checks that both ends are on that path now. */
    void isOn(PathType type) {
        awaitPath(type, 0);
    }

    private void awaitPath(PathType type, int millis) {
        ControlLine command = ControlLine.of("await-path", "type", type, "millis", millis);
        alice.tell(command);
        bob.tell(command);
        assertThat(alice.await("path").value("type")).as("alice's path").isEqualTo(type.toString());
        assertThat(bob.await("path").value("type")).as("bob's path").isEqualTo(type.toString());
    }

    /** Both send that many messages at the same time; checks that all arrive as they were sent, in order. */
    void exchange(int messages, String text) {
        ControlLine command = ControlLine.of("exchange", "count", messages, "text", text);
        ControlLine all = ControlLine.of("exchanged", "sent", messages, "received", messages, "intact", messages);
        alice.tell(command);
        bob.tell(command);
        assertThat(alice.await("exchanged")).isEqualTo(all);
        assertThat(bob.await("exchanged")).isEqualTo(all);
    }

    @Override
    public void close() {
        try (bob) {
            alice.close();
        }
    }
}
