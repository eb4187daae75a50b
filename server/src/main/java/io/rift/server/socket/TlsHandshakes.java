package io.rift.server.socket;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.rift.server.tls.ServerCertificates;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;

/**
 * Begins TLS on connections. The public-key operations of the handshakes have threads of their own, so that relayed data
 * does not wait for them, and a queue of bounded length: a handshake that finds it full fails.
 */
final class TlsHandshakes implements AutoCloseable {

    /** RFC 7443: the labels of the STUN usages that this server has to offer. */
    private static final List<String> ALPN_LABELS = List.of("stun.turn", "stun.nat-discovery");

    private static final int MAX_QUEUED = 1024;
    private static final long CLOSE_NOTIFY_MILLIS = 500;

    private final ServerCertificates certificates;
    private final ThreadPoolExecutor threads;

    TlsHandshakes(ServerCertificates certificates) {
        this(certificates, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), MAX_QUEUED);
    }

    TlsHandshakes(ServerCertificates certificates, int count, int maxQueued) {
        this.certificates = certificates;
        threads = new ThreadPoolExecutor(
                count,
                count,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxQueued),
                new DefaultThreadFactory("rift-tls", true));
    }

    /** Where the public-key operations are done. */
    Executor threads() {
        return threads;
    }

    /**
     * The handler of a new connection, with the certificate of this moment.
     *
     * @param beforeTheEnd learns why the handler is about to close the connection
     */
    TlsConnection begin(Consumer<ConnectionEnd> beforeTheEnd) {
        SSLEngine engine = certificates.current().engine();
        // Without the extension this is not asked. RFC 7301 section 3.2: "In the event that the server supports no
        // protocols that the client advertises, then the server SHALL respond with a fatal 'no_application_protocol'
        // alert", which null stands for.
        engine.setHandshakeApplicationProtocolSelector((handshaking, offered) ->
                ALPN_LABELS.stream().filter(offered::contains).findFirst().orElse(null));
        TlsConnection handler = new TlsConnection(engine, threads, beforeTheEnd);
        handler.setHandshakeTimeoutMillis(0); // the connection has a deadline, which counts what comes before and after
        handler.setWrapDataSize(0); // a record for each message
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        return handler;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
