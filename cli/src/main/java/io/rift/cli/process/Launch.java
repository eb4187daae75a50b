package io.rift.cli.process;

import java.util.List;

/** Where a process runs: on this machine as it is, or on a host of the lab. */
@FunctionalInterface
public interface Launch {

    /** A process that has not been started. */
    ProcessBuilder process(List<String> command);

    /** On this machine, in its own network. */
    static Launch here() {
        return ProcessBuilder::new;
    }
}
