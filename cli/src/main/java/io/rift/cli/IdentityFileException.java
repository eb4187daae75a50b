package io.rift.cli;

/** The identity file can be neither read nor made; the message names the file. */
final class IdentityFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IdentityFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
