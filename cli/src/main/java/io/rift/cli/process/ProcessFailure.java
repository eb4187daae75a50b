package io.rift.cli.process;

/** A process did not do what it was started for; the message says what it said. */
public final class ProcessFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message one sentence, perhaps with the process's last lines after it
     */
    public ProcessFailure(String message) {
        super(message);
    }

    ProcessFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
