package io.rift.server.admin;

import org.springframework.http.HttpStatus;

/** A request that is answered with an error. */
final class AdminFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String error;

    AdminFailure(HttpStatus status, String error, String message) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
    }

    static AdminFailure badRequest(String message) {
        return new AdminFailure(HttpStatus.BAD_REQUEST, "bad-request", message);
    }

    static AdminFailure notFound(String message) {
        return new AdminFailure(HttpStatus.NOT_FOUND, "not-found", message);
    }

    HttpStatus status() {
        return status;
    }

    AdminResponses.Failure body() {
        return new AdminResponses.Failure(error, String.valueOf(getMessage()));
    }
}
