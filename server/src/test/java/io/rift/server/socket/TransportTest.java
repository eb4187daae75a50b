package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.SocketProtocolFamily;
import io.rift.conformance.Needed;
import io.rift.protocol.IpAddress.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransportTest {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int TRIES = 100;

    @BeforeEach
    void needLinux() {
        Needed.that(Epoll.isAvailable() && Files.isDirectory(DESCRIPTORS), "only Linux lists what files are open");
    }

    /** What fails here are the buffers for reading, in the place of an option that a sandbox refuses. */
    @Test
    void aSocketThatCannotBeSetUpLeavesNoFileDescriptor() throws IOException {
        for (Transport transport : List.of(Transport.EPOLL, Transport.NIO)) {
            int before = open();
            for (int i = 0; i < TRIES; i++) {
                assertThatThrownBy(() -> transport.relaySocket(Family.IPV4, null, true))
                        .isInstanceOf(NullPointerException.class);
                assertThatThrownBy(() -> transport.clientSocket(Family.IPV4, null, true))
                        .isInstanceOf(NullPointerException.class);
            }
            assertThat(open() - before).as(transport.name()).isLessThan(TRIES / 2);
        }
    }

    @Test
    void optionsThatAreNotAcceptedAreFoundOut() throws IOException {
        int before = open();
        for (int i = 0; i < TRIES; i++) {
            assertThat(LinuxOptions.accepts(SocketProtocolFamily.INET, Family.IPV6))
                    .isFalse();
        }
        assertThat(open() - before).isLessThan(TRIES / 2);
    }

    private static int open() throws IOException {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return Math.toIntExact(descriptors.count());
        }
    }
}
