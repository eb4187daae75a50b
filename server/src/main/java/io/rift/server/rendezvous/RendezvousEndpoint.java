package io.rift.server.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rift.protocol.rendezvous.RendezvousProtocol;
import io.rift.server.address.ToldAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.WebsocketServerSpec;

/** The door of the rendezvous: who gets a WebSocket, and of what kind. */
final class RendezvousEndpoint implements WebHandler {
    /**
     * Longer frames end the connection with status 1009. What is longer than a message may be, but not longer than this,
     * is read and answered with a typed error.
     */
    static final int MAX_FRAME_BYTES = 4 * RendezvousProtocol.MAX_MESSAGE_BYTES;

    private static final String SUBPROTOCOL_HEADER = "Sec-WebSocket-Protocol";

    private final Rendezvous rendezvous;
    private final AllowedOrigins origins;

    /** Pings are ours to answer: left to itself the socket queues a pong for each, even if the client reads none. */
    private final WebSocketService handshakes = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(
            () -> WebsocketServerSpec.builder().handlePing(true).maxFramePayloadLength(MAX_FRAME_BYTES)));

    RendezvousEndpoint(Rendezvous rendezvous, AllowedOrigins origins) {
        this.rendezvous = rendezvous;
        this.origins = origins;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (!origins.admit(request.getHeaders().get(HttpHeaders.ORIGIN))) {
            return refuse(
                    exchange.getResponse(),
                    HttpStatus.FORBIDDEN,
                    "This page's origin is not in rift.rendezvous.allowed-origins.");
        }
        if (!offersSubprotocol(request.getHeaders().getOrEmpty(SUBPROTOCOL_HEADER))) {
            return refuse(
                    exchange.getResponse(),
                    HttpStatus.BAD_REQUEST,
                    "This is a WebSocket of subprotocol " + RendezvousProtocol.SUBPROTOCOL + ".");
        }
        if (rendezvous.isFull()) {
            return refuse(exchange.getResponse(), HttpStatus.SERVICE_UNAVAILABLE, "Too many connections; try later.");
        }
        InetSocketAddress remote = ToldAddress.known(request.getRemoteAddress());
        InetSocketAddress local = ToldAddress.known(request.getLocalAddress());
        return handshakes.handleRequest(exchange, new Handler(rendezvous, remote, local, cut(request)));
    }

    /** RFC 6455 section 11.3.4: the header may appear several times, each with a comma-separated list. */
    private static boolean offersSubprotocol(List<String> headers) {
        return headers.stream()
                .flatMap(header -> StringUtils.commaDelimitedListToSet(header).stream())
                .anyMatch(offered -> offered.strip().equals(RendezvousProtocol.SUBPROTOCOL));
    }

    private static Mono<Void> refuse(ServerHttpResponse response, HttpStatus status, String reason) {
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap((reason + "\n").getBytes(UTF_8))));
    }

    private static Runnable cut(ServerHttpRequest request) {
        HttpServerRequest netty = ServerHttpRequestDecorator.getNativeRequest(request);
        return () -> netty.withConnection(DisposableChannel::dispose);
    }

    private record Handler(Rendezvous rendezvous, InetSocketAddress remote, InetSocketAddress local, Runnable cut)
            implements WebSocketHandler {
        @Override
        public List<String> getSubProtocols() {
            return List.of(RendezvousProtocol.SUBPROTOCOL);
        }

        @Override
        public Mono<Void> handle(WebSocketSession session) {
            return rendezvous.serve(session, remote, local, cut);
        }
    }
}
