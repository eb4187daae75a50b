package io.rift.server.rendezvous;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.rendezvous.Announcements;
import io.rift.server.core.rendezvous.Authorities;
import io.rift.server.core.rendezvous.Outcome;
import io.rift.server.core.rendezvous.RendezvousConfig;
import io.rift.server.core.rendezvous.RendezvousLimits;
import io.rift.server.core.rendezvous.RendezvousServer;
import io.rift.server.core.rendezvous.TurnCredentials;
import io.rift.server.socket.HttpConnections;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpResources;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** The endpoint on a port of the loopback interface, without the rest of the server around it. */
final class LoopbackRendezvous implements AutoCloseable {
    static final TransportAddress STUN = TransportAddress.parse("127.0.0.1:3478");

    final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    final Rendezvous rendezvous;
    private final DisposableServer http;

    LoopbackRendezvous(RendezvousLimits limits, String... allowedOrigins) {
        this(limits, 2 * limits.maxConnections(), allowedOrigins);
    }

    LoopbackRendezvous(RendezvousLimits limits, int maxLinks, String... allowedOrigins) {
        this(limits, maxLinks, new HttpConnections(HttpConnections.TIMEOUT, 2 * maxLinks), allowedOrigins);
    }

    LoopbackRendezvous(RendezvousLimits limits, int maxLinks, HttpConnections connections, String... allowedOrigins) {
        this(limits, maxLinks, connections, HttpResources.get(), allowedOrigins);
    }

    LoopbackRendezvous(
            RendezvousLimits limits,
            int maxLinks,
            HttpConnections connections,
            LoopResources loops,
            String... allowedOrigins) {
        RendezvousConfig config = new RendezvousConfig(
                Authorities.of(List.of("127.0.0.1")),
                Announcements.always(List.of(STUN), List.of(STUN)),
                new TurnCredentials(new SharedSecrets(List.of("s3cret")), Duration.ofHours(1)),
                limits);
        rendezvous = new Rendezvous(new RendezvousServer(config, new SecureRandom()), maxLinks, outcomes::add, null);
        rendezvous.start();
        RendezvousEndpoint endpoint = new RendezvousEndpoint(rendezvous, new AllowedOrigins(List.of(allowedOrigins)));
        http = connections
                .apply(HttpServer.create())
                .runOn(loops)
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(
                        WebHttpHandlerBuilder.webHandler(endpoint).build()))
                .bindNow();
    }

    URI uri() {
        return URI.create("ws://" + authority() + "/rendezvous");
    }

    int port() {
        return http.port();
    }

    String authority() {
        return "127.0.0.1:" + http.port();
    }

    @Override
    public void close() {
        rendezvous.stop();
        http.disposeNow();
    }
}
