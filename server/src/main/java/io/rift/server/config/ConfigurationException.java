package io.rift.server.config;

import java.util.function.Supplier;

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

    /**
     * A value that is made of a setting.
     *
     * @param key of the setting
     * @param value throws an {@link IllegalArgumentException} if the setting is out of its bounds
     * @throws ConfigurationException in that case, with the key
     */
    public static <T> T naming(String key, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(key + ": " + e.getMessage(), e);
        }
    }
}
