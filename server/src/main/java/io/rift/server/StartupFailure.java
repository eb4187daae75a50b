package io.rift.server;

import io.rift.server.config.ConfigurationException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationErrors;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/** Turns why the server did not start into one line for its operator. */
final class StartupFailure {

    private static final int MAX_CAUSES = 32;
    private static final List<String> SECRET_KEYS =
            List.of("rift.turn.users", "rift.turn.shared-secrets", "rift.turn.nonce-secrets", "rift.admin.token");

    private StartupFailure() {}

    /**
     * One line without a line break.
     *
     * @param failure what ended the start
     * @param environment the settings
     */
    static String line(Throwable failure, @Nullable Environment environment) {
        ConfigurationException refused = find(ConfigurationException.class, failure);
        if (refused != null) {
            return oneLine(refused.getMessage());
        }
        BindValidationException invalid = find(BindValidationException.class, failure);
        if (invalid != null) {
            return oneLine(invalid(invalid.getValidationErrors()));
        }
        BindException unreadable = find(BindException.class, failure);
        if (unreadable != null) {
            return oneLine(unreadable(unreadable));
        }
        PortInUseException inUse = find(PortInUseException.class, failure);
        if (inUse != null) {
            return portInUse(inUse.getPort(), environment == null ? new StandardEnvironment() : environment);
        }
        Throwable root = root(failure);
        return oneLine(root.getClass().getSimpleName() + ": " + root.getMessage());
    }

    private static String invalid(ValidationErrors errors) {
        List<ObjectError> all = errors.getAllErrors();
        ObjectError first = all.getFirst();
        String more = all.size() > 1 ? " (and " + (all.size() - 1) + " more)" : "";
        if (first instanceof FieldError field) {
            String key = errors.getName().append(kebab(field.getField())).toString();
            return key + secretless(key, field.getRejectedValue()) + ": " + field.getDefaultMessage() + more;
        }
        return errors.getName() + ": " + first.getDefaultMessage() + more;
    }

    private static String unreadable(BindException failure) {
        ConfigurationProperty property = failure.getProperty();
        String key = property == null
                ? failure.getName().toString()
                : property.getName().toString();
        Throwable root = root(failure);
        String reason = root instanceof NumberFormatException
                ? "is no whole number in range, or is given twice"
                : root instanceof BindException ? "cannot be read" : root.getMessage();
        return key + (property == null ? "" : secretless(key, property.getValue())) + ": " + reason;
    }

    private static String portInUse(int port, Environment environment) {
        String http = environment.getProperty("server.port", "8080");
        String key = http.equals(Integer.toString(port)) ? "server.port" : "management.server.port";
        return key + "=" + port + ": this TCP port is in use by another program";
    }

    private static String secretless(String key, @Nullable Object value) {
        boolean secret = SECRET_KEYS.stream().anyMatch(key::startsWith);
        return secret || value == null ? "" : "=" + value;
    }

    private static String kebab(String field) {
        return field.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    private static String oneLine(@Nullable String message) {
        return message == null ? "failed without a message" : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
            root = root.getCause();
        }
        return root;
    }

    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable failure) {
        Throwable candidate = failure;
        for (int i = 0; i < MAX_CAUSES && candidate != null; i++) {
            if (type.isInstance(candidate)) {
                return type.cast(candidate);
            }
            candidate = candidate.getCause();
        }
        return null;
    }
}
