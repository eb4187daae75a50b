package io.rift.cli;

import io.rift.cli.lab.LabException;
import io.rift.cli.process.ProcessFailure;
import io.rift.peer.CloseReason;
import io.rift.peer.PeerException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;

/** Turns what went wrong into one sentence and an {@linkplain ExitCode exit code}: a person gets no stack trace. */
final class Failures {

    private Failures() {}

    static int report(Exception failure, PrintWriter err) {
        switch (failure) {
            case PeerException e -> err.println("rift: " + e.getMessage());
            case UsageException e -> err.println("rift: " + e.getMessage());
            case IdentityFileException e -> err.println("rift: " + e.getMessage());
            case ProcessFailure e -> err.println("rift: " + e.getMessage());
            case LabException e -> err.println("rift: " + e.getMessage());
            case UncheckedIOException e -> err.println("rift: " + e.getMessage());
            case CancellationException e -> err.println("rift: interrupted");
            default -> {
                // Nobody foresaw this one, so it is a bug, and whoever reports it needs to know where it came from.
                err.println("rift: unexpected failure, please report it: " + failure);
                for (StackTraceElement frame : failure.getStackTrace()) {
                    if (frame.getClassName().startsWith("io.rift.")) {
                        err.println("  at " + frame);
                        break;
                    }
                }
            }
        }
        err.flush();
        return exitCode(failure);
    }

    private static int exitCode(Exception failure) {
        return switch (failure) {
            case PeerException e -> exitCode(e);
            case UsageException e -> ExitCode.USAGE;
            case IdentityFileException e -> ExitCode.IDENTITY;
            default -> ExitCode.FAILED;
        };
    }

    static int exitCode(PeerException failure) {
        return switch (failure) {
            case PeerException.RendezvousUnreachable e -> ExitCode.SERVER_UNREACHABLE;
            case PeerException.LimitReached e -> ExitCode.SERVER_UNREACHABLE;
            case PeerException.PeerOffline e -> ExitCode.PEER_UNAVAILABLE;
            case PeerException.PeerRefused e -> ExitCode.PEER_UNAVAILABLE;
            case PeerException.ConnectTimedOut e -> ExitCode.NO_PATH;
            case PeerException.AuthenticationFailed e -> ExitCode.NOT_AUTHENTIC;
            case PeerException.Closed e -> exitCode(e.reason());
        };
    }

    static int exitCode(CloseReason reason) {
        return switch (reason) {
            case CLOSED_HERE, CLOSED_BY_PEER, PEER_CLOSED_HERE -> ExitCode.OK;
            case PEER_VANISHED -> ExitCode.NO_PATH;
            case PROTOCOL_VIOLATION -> ExitCode.NOT_AUTHENTIC;
            case KEYS_USED_UP -> ExitCode.FAILED;
        };
    }
}
