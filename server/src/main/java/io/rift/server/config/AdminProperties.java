package io.rift.server.config;

import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.admin}.
 *
 * @param token Who sends it may use the admin API on the management port: list, inspect and end allocations, revoke users
 *     and reload the configuration. 16 to 256 printable ASCII characters; make it a random one. Default: none, and no
 *     admin API.
 */
@Validated
@ConfigurationProperties("rift.admin")
public record AdminProperties(
        @Nullable @Size(min = 16, max = 256) @Pattern(regexp = "[!-~]*", message = "must be printable ASCII without spaces") String token) {

    /** Without the token. */
    @Override
    public String toString() {
        return "AdminProperties[" + (token == null ? "no token]" : "token]");
    }
}
