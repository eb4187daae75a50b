package io.rift.server.admin;

import io.rift.protocol.IpAddress;
import io.rift.server.address.ToldAddress;
import io.rift.server.admin.AdminResponses.Details;
import io.rift.server.admin.AdminResponses.Ended;
import io.rift.server.admin.AdminResponses.Page;
import io.rift.server.admin.AdminResponses.Revocation;
import io.rift.server.admin.AdminResponses.RevocationList;
import io.rift.server.admin.Operator.Located;
import io.rift.server.config.ConfigurationException;
import io.rift.server.core.turn.AllocationView;
import io.rift.server.reload.Reload;
import io.rift.server.socket.ShardTaskException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The admin API: which request does what. */
final class AdminRoutes {

    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;

    /** More than a user name can have in bytes (RFC 8489 section 14.3). */
    private static final int MAX_USER_CHARS = 508;

    /** The body of a revocation. */
    record RevocationRequest(
            @Nullable String user, @Nullable Integer seconds) {}

    private final Operator operator;
    private final Reload reload;
    private final AdminGate gate;
    private final int defaultRevocationSeconds;

    /**
     * The routes.
     *
     * @param defaultRevocationSeconds how long a revocation lasts unless the request says so
     */
    AdminRoutes(Operator operator, Reload reload, AdminGate gate, int defaultRevocationSeconds) {
        this.operator = operator;
        this.reload = reload;
        this.gate = gate;
        this.defaultRevocationSeconds = defaultRevocationSeconds;
    }

    RouterFunction<ServerResponse> routes() {
        return RouterFunctions.route()
                .path(
                        "/admin",
                        admin -> admin.GET("/allocations", request -> json(() -> list(request)))
                                .GET("/allocations/{id}", request -> json(() -> inspect(request)))
                                .DELETE("/allocations/{id}", request -> json(() -> end(request)))
                                .GET("/revocations", request -> json(this::revocations))
                                .POST("/revocations", this::revoke)
                                .DELETE("/revocations", request -> json(() -> takeBack(request)))
                                .POST("/reload", request -> json(this::reload)))
                .filter(this::guard)
                .build();
    }

    private Mono<ServerResponse> guard(ServerRequest request, HandlerFunction<ServerResponse> next) {
        AdminGate.Verdict verdict = gate.judge(
                address(request), request.headers().firstHeader(HttpHeaders.AUTHORIZATION), System.nanoTime());
        return switch (verdict) {
            case ADMITTED -> next.handle(request).onErrorResume(AdminRoutes::failure);
            case REFUSED ->
                failure(new AdminFailure(
                        HttpStatus.UNAUTHORIZED, "unauthorized", "send the header Authorization: Bearer <token>"));
            case SLOWED ->
                failure(new AdminFailure(
                        HttpStatus.TOO_MANY_REQUESTS, "too-many-attempts", "too many wrong tokens, try again later"));
        };
    }

    private static IpAddress address(ServerRequest request) {
        return IpAddress.of(
                ToldAddress.known(request.remoteAddress().orElse(null)).getAddress());
    }

    /** Event loops are asked and waited for: not on a thread of the web server. */
    private static Mono<ServerResponse> json(Callable<?> work) {
        return Mono.<Object>fromCallable(work)
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(body -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body));
    }

    private static Mono<ServerResponse> failure(Throwable cause) {
        AdminFailure failure = switch (cause) {
            case AdminFailure known -> known;
            case IllegalStateException busy ->
                new AdminFailure(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", String.valueOf(busy.getMessage()));
            case ShardTaskException bug ->
                new AdminFailure(HttpStatus.INTERNAL_SERVER_ERROR, "internal", String.valueOf(bug.getMessage()));
            default -> AdminFailure.badRequest("the request cannot be read");
        };
        ServerResponse.BodyBuilder response =
                ServerResponse.status(failure.status()).contentType(MediaType.APPLICATION_JSON);
        if (failure.status() == HttpStatus.UNAUTHORIZED) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response.bodyValue(failure.body());
    }

    private Page list(ServerRequest request) {
        int limit = limit(request.queryParam("limit").orElse(Integer.toString(DEFAULT_PAGE)));
        AllocationId after = request.queryParam("after").map(AdminRoutes::id).orElse(null);
        List<Located> found = operator.list(after, limit);
        return new Page(
                found.stream()
                        .map(located -> AdminResponses.Allocation.of(located.id(), located.view()))
                        .toList(),
                found.size() < limit ? null : found.getLast().id().toString());
    }

    private static int limit(String text) {
        int limit = text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_PAGE) {
            throw AdminFailure.badRequest("limit is a number from 1 to " + MAX_PAGE);
        }
        return limit;
    }

    private static AllocationId id(String text) {
        AllocationId id = AllocationId.parse(text);
        if (id == null) {
            throw AdminFailure.badRequest("an allocation's id looks like 0-17");
        }
        return id;
    }

    private Details inspect(ServerRequest request) {
        AllocationId id = id(request.pathVariable("id"));
        AllocationView.Details details = operator.inspect(id);
        if (details == null) {
            throw noAllocation(id);
        }
        return Details.of(id, details);
    }

    private Ended end(ServerRequest request) {
        AllocationId id = id(request.pathVariable("id"));
        if (!operator.end(id)) {
            throw noAllocation(id);
        }
        return new Ended(1);
    }

    private static AdminFailure noAllocation(AllocationId id) {
        return AdminFailure.notFound("no allocation " + id + " lives");
    }

    private Mono<ServerResponse> revoke(ServerRequest request) {
        return request.bodyToMono(RevocationRequest.class)
                .switchIfEmpty(Mono.error(AdminFailure.badRequest("the body is {\"user\": ..., \"seconds\": ...}")))
                .flatMap(revocation -> json(() -> revoke(revocation)));
    }

    private Ended revoke(RevocationRequest revocation) {
        int seconds = revocation.seconds() == null ? defaultRevocationSeconds : revocation.seconds();
        if (seconds < 1 || seconds > Operator.MAX_REVOCATION_SECONDS) {
            throw AdminFailure.badRequest("seconds is a number from 1 to " + Operator.MAX_REVOCATION_SECONDS);
        }
        return new Ended(operator.revoke(user(revocation.user()), seconds));
    }

    private static String user(@Nullable String user) {
        if (user == null || user.isEmpty() || user.length() > MAX_USER_CHARS) {
            throw AdminFailure.badRequest("user is a name of 1 to " + MAX_USER_CHARS + " characters");
        }
        return user;
    }

    private RevocationList revocations() {
        return new RevocationList(operator.revocations().entrySet().stream()
                .map(entry -> new Revocation(entry.getKey(), entry.getValue()))
                .toList());
    }

    private RevocationList takeBack(ServerRequest request) {
        if (!operator.takeBack(user(request.queryParam("user").orElse(null)))) {
            throw AdminFailure.notFound("this user is not revoked");
        }
        return revocations();
    }

    private Reload.Result reload() {
        try {
            return reload.reload();
        } catch (ConfigurationException e) {
            throw new AdminFailure(
                    HttpStatus.UNPROCESSABLE_CONTENT, "configuration-refused", String.valueOf(e.getMessage()));
        }
    }
}
