package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rift.server.TestCertificate;
import io.rift.server.tls.ServerCertificates;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

@Timeout(60)
class TlsHandshakesTest {

    @TempDir
    private Path directory;

    @Test
    void aHandshakeThatFindsTheQueueFullFailsAtOnce() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (TlsHandshakes handshakes = new TlsHandshakes(certificates(), 1, 1)) {
            handshakes.threads().execute(() -> awaitQuietly(done));
            TlsConnection waits = handshakes.begin(reason -> {});
            TlsConnection rejected = handshakes.begin(reason -> {});
            new EmbeddedChannel(waits).writeInbound(Unpooled.wrappedBuffer(clientHello()));
            EmbeddedChannel channel = new EmbeddedChannel(rejected);
            assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(clientHello())))
                    .hasRootCauseInstanceOf(RejectedExecutionException.class);
            assertThat(rejected.handshakeFuture().cause()).isInstanceOf(RejectedExecutionException.class);
            assertThat(waits.handshakeFuture().isDone()).isFalse();
            done.countDown();
        }
    }

    private ServerCertificates certificates() throws Exception {
        new TestCertificate(directory).write("turn");
        SslBundle bundle = SslBundle.of(new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate("file:" + directory.resolve("turn.crt"))
                        .withPrivateKey("file:" + directory.resolve("turn.key")),
                null));
        return ServerCertificates.of(new DefaultSslBundleRegistry("turn", bundle), "key", "turn", false);
    }

    private static ByteBuffer clientHello() throws Exception {
        SSLEngine client = SSLContext.getDefault().createSSLEngine();
        client.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), hello);
        return hello.flip();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
