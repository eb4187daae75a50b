package io.rift.cli.demo;

import io.rift.cli.process.Launch;
import java.nio.file.Path;
import java.util.List;

/** The network that the demo plays on. */
sealed interface Stage extends AutoCloseable permits LoopbackStage, NatStage {

    /** What it is, as a phrase. */
    String description();

    /** Where the server runs. */
    Launch server();

    /** The address at which peers find it. */
    String serverAddress();

    /** Settings that the server needs on this stage. */
    List<String> serverSettings(Path directory);

    /** The pairs to show, in order. */
    List<Scenario> scenarios();

    /** Begins to listen at the server. */
    Tap tap(Path directory);

    @Override
    void close();
}
