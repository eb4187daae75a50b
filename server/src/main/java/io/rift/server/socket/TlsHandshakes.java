package io.rift.server.socket;

import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.rift.server.tls.ServerCertificates;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Begins TLS on connections. The public-key operations of the handshakes have threads of their own, so that relayed data
 * does not wait for them, and a queue of bounded length: a handshake that finds it full fails.
 */
final class TlsHandshakes implements AutoCloseable {

    /** RFC 7443: the labels of the STUN usages that this server has to offer. */
    private static final List<String> ALPN_LABELS = List.of("stun.turn", "stun.nat-discovery");

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final int MAX_QUEUED = 1024;
    private static final long CLOSE_NOTIFY_MILLIS = 500;

    private final ServerCertificates certificates;
    private final ThreadPoolExecutor threads;

    TlsHandshakes(ServerCertificates certificates) {
        this.certificates = certificates;
        int count = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads = new ThreadPoolExecutor(
                count,
                count,
                1,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                new DefaultThreadFactory("rift-tls", true));
    }

    /** The handler of a new connection, with the certificate of this moment. */
    SslHandler begin() {
        ServerCertificates.Current current = certificates.current();
        SSLEngine engine = current.context().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(orOurs(current.protocols(), PROTOCOLS));
        parameters.setCipherSuites(orOurs(current.ciphers(), forwardSecret(parameters.getCipherSuites())));
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        // Without the extension this is not asked. RFC 7301 section 3.2: "In the event that the server supports no
        // protocols that the client advertises, then the server SHALL respond with a fatal 'no_application_protocol'
        // alert", which null stands for.
        engine.setHandshakeApplicationProtocolSelector((handshaking, offered) ->
                ALPN_LABELS.stream().filter(offered::contains).findFirst().orElse(null));
        SslHandler handler = new SslHandler(engine, threads);
        handler.setHandshakeTimeoutMillis(0); // the connection has a deadline, which counts what comes before and after
        handler.setWrapDataSize(0); // a record for each message
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        return handler;
    }

    private static String[] orOurs(List<String> operators, String[] ours) {
        return operators.isEmpty() ? ours : operators.toArray(String[]::new);
    }

    /** TLS 1.3, and of TLS 1.2 what RFC 9325 section 4.2 recommends. */
    private static String[] forwardSecret(String[] suites) {
        return Arrays.stream(suites)
                .filter(suite -> suite.contains("_GCM_") || suite.contains("_CHACHA20_"))
                .filter(suite -> suite.startsWith("TLS_ECDHE_") || !suite.contains("_WITH_"))
                .toArray(String[]::new);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
