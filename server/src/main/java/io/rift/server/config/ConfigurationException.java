package io.rift.server.config;

/** A setting that the server cannot start with. The message is one line that names the key and what it wants. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * A refusal to start.
     *
     * @param message one line for the operator
     */
    public ConfigurationException(String message) {
        super(message);
    }

    /**
     * A refusal to start because of something that happened below.
     *
     * @param message one line for the operator
     * @param cause what happened
     */
    public ConfigurationException(String message, Throwable cause) {
        super(message, cause);
    }
}
