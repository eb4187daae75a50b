package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.server.core.turn.Administration;
import io.rift.server.reload.Reload;
import io.rift.server.socket.ShardTaskException;
import io.rift.server.socket.TurnSockets;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.SslBundles;

/** A certificate that somebody renews and tells the server of, as certbot's hooks do. Spring watches no file here. */
@Timeout(60)
class CertificateReloadIT {

    @TempDir
    private Path directory;

    private TestCertificate certificate;
    private RiftServer server;

    @BeforeEach
    void start() throws Exception {
        certificate = new TestCertificate(directory);
        certificate.write("first");
        Files.writeString(directory.resolve("rift.properties"), "");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.removeIf(setting -> setting.contains("reload-on-update"));
        settings.addAll(List.of(
                "--server.port=0",
                "--management.server.port=-1",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--spring.config.additional-location=file:" + directory.resolve("rift.properties")));
        server = RiftServer.start(settings.toArray(String[]::new));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aReloadReadsTheFilesAgain() throws Exception {
        assertThat(subject()).isEqualTo("CN=first");
        certificate.write("second");
        assertThat(subject()).isEqualTo("CN=first");
        reload();
        assertThat(subject()).isEqualTo("CN=second");
    }

    /** As in the middle of a renewal. A leaked secret must go all the same. */
    @Test
    void filesThatCannotBeUsedAreWarnedOfTheOldCertificateStaysAndTheRestIsApplied() throws Exception {
        String key = Files.readString(directory.resolve("turn.key"));
        certificate.write("second");
        Files.writeString(directory.resolve("turn.key"), key);
        Files.writeString(directory.resolve("rift.properties"), "rift.turn.users.alice=changed");
        Reload.Result result = reload();
        assertThat(result.changed()).containsExactly("rift.turn.users");
        assertThat(result.warnings())
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("rift.turn.tls.bundle=turn: cannot be used", "does not belong to its certificate");
        assertThat(subject()).isEqualTo("CN=first");
        assertAliceIsKnown();

        Files.delete(directory.resolve("turn.key"));
        assertThat(reload().warnings())
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("rift.turn.tls.bundle=turn: cannot be used");
        assertThat(subject()).isEqualTo("CN=first");

        certificate.write("third");
        assertThat(reload().warnings()).isEmpty();
        assertThat(subject()).isEqualTo("CN=third");
    }

    @Test
    void whoCannotTakeACertificateKeepsNobodyFromTheRest() throws Exception {
        server.context().getBean(SslBundles.class).addBundleUpdateHandler("turn", bundle -> {
            throw new IllegalArgumentException("not taken");
        });
        Files.writeString(directory.resolve("rift.properties"), "rift.turn.users.alice=changed");
        Reload.Result result = reload();
        assertThat(result.changed()).containsExactly("rift.turn.users");
        assertThat(result.warnings()).containsExactly("spring.ssl.bundle=turn: cannot be used: not taken");
        assertAliceIsKnown();
    }

    /** The fields of others are made unusable to stand for any error in this server. */
    @Test
    void whatAnEventLoopCouldNotTakeIsNamedAgainByTheNextReload() throws Exception {
        Files.writeString(directory.resolve("rift.properties"), "rift.turn.users.alice=changed");
        Field quotas = Administration.class.getDeclaredField("quotas");
        quotas.setAccessible(true);
        Object working = onEventLoop(administration -> {
            Object before = quotas.get(administration);
            quotas.set(administration, null);
            return before;
        });
        assertThatThrownBy(this::reload).isInstanceOf(ShardTaskException.class);
        onEventLoop(administration -> {
            quotas.set(administration, working);
            return working;
        });
        Reload reload = server.context().getBean(Reload.class);
        assertThat(reload.applied()).isZero();
        assertThat(reload().changed()).containsExactly("rift.turn.users");
        assertThat(reload().changed()).isEmpty();
        assertThat(reload.applied()).isEqualTo(2);
        assertAliceIsKnown();
    }

    private interface Work {
        Object on(Administration administration) throws IllegalAccessException;
    }

    private Object onEventLoop(Work work) {
        return server.context().getBean(TurnSockets.class).administer(0, (administration, nowNanos) -> {
            try {
                return work.on(administration);
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void assertAliceIsKnown() {
        InetSocketAddress turn = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        try (TurnTestClient alice = new TurnTestClient("127.0.0.1", turn, "alice", "changed")) {
            assertThat(alice.tryToAllocate()).isEqualTo(200);
        }
    }

    @Test
    void anotherFileOrLogLevelNeedsARestartAndIsNamed() throws Exception {
        Files.writeString(
                directory.resolve("rift.properties"),
                "spring.ssl.bundle.pem.turn.key.alias=other\nlogging.level.io.rift.nothing=DEBUG\n"
                        + "server.forward-headers-strategy=native");
        assertThat(reload().needRestart())
                .containsExactly(
                        "server.forward-headers-strategy",
                        "spring.ssl.bundle.pem.turn.key.alias",
                        "logging.level.io.rift.nothing");
    }

    private Reload.Result reload() {
        return server.context().getBean(Reload.class).reload();
    }

    private String subject() throws Exception {
        try (StreamWire wire =
                TestCertificate.connect("127.0.0.1", server.ports().turnTls(), "TLSv1.3")) {
            return TestCertificate.subject(wire);
        }
    }
}
