package io.rift.server.socket;

/** A task failed on an event loop by an error in this server. Other event loops may have done theirs. */
public final class ShardTaskException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ShardTaskException(Throwable cause) {
        super("an error in this server: " + cause, cause);
    }
}
