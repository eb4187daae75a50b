package io.rift.cli;

/** How the commands end, for scripts. */
public final class ExitCode {
    /** All went well. */
    public static final int OK = 0;

    /** Something failed that has no code of its own; for the demo: not everything that it claims is true. */
    public static final int FAILED = 1;

    /** The options were wrong. */
    public static final int USAGE = 2;

    /** The rendezvous server cannot be reached or does not take us. */
    public static final int SERVER_UNREACHABLE = 3;

    /** The other peer is not there or does not want to talk. */
    public static final int PEER_UNAVAILABLE = 4;

    /** No path to the other peer was found in time, or it was lost. */
    public static final int NO_PATH = 5;

    /** Somebody could not prove who it is. */
    public static final int NOT_AUTHENTIC = 6;

    /** The identity file cannot be used. */
    public static final int IDENTITY = 7;

    private ExitCode() {}
}
