package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.server.config.ConfigurationException;
import io.rift.server.reload.Reload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void filesThatCannotBeUsedRefuseTheReloadAndTheOldCertificateStays() throws Exception {
        String key = Files.readString(directory.resolve("turn.key"));
        certificate.write("second");
        Files.writeString(directory.resolve("turn.key"), key);
        Files.writeString(directory.resolve("rift.properties"), "rift.turn.max-allocations=7");
        assertThatThrownBy(this::reload)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("rift.turn.tls.bundle=turn: cannot be used")
                .hasMessageContaining("does not belong to its certificate");
        assertThat(subject()).isEqualTo("CN=first");
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
