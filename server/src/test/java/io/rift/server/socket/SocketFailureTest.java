package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import io.rift.conformance.Needed;
import java.io.IOException;
import java.net.PortUnreachableException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketFailureTest {

    @BeforeAll
    static void loadNativeCode() {
        Needed.that(Epoll.isAvailable(), "Netty has no epoll for this platform");
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 64, 71, 90, 92, 95, 101, 111, 112, 113})
    void whatLinuxMakesOfIcmpErrors(int errno) {
        assertThat(SocketFailure.mayBeOfIcmp(new NativeIoException("sendmmsg", -errno)))
                .isTrue();
    }

    @Test
    void nettyNamesOneOfThemItself() {
        assertThat(SocketFailure.mayBeOfIcmp(new PortUnreachableException("sendToAddress failed")))
                .isTrue();
    }

    /** EPERM of a packet filter, ENOMEM, EINVAL, ENOBUFS of a full queue: another try would fail as well. */
    @ParameterizedTest
    @ValueSource(ints = {1, 12, 22, 105})
    void whatNoIcmpErrorCauses(int errno) {
        assertThat(SocketFailure.mayBeOfIcmp(new NativeIoException("sendmmsg", -errno)))
                .isFalse();
        assertThat(SocketFailure.mayBeOfIcmp(new IOException("something else"))).isFalse();
    }

    @Test
    void readingIsToldFromSending() {
        assertThat(SocketFailure.isOfReading(new NativeIoException("recvmmsg", -111)))
                .isTrue();
        assertThat(SocketFailure.isOfReading(new NativeIoException("recvmsg", -111)))
                .isTrue();
        assertThat(SocketFailure.isOfReading(new NativeIoException("sendmmsg", -111)))
                .isFalse();
        assertThat(SocketFailure.isOfReading(new PortUnreachableException("sendToAddress failed")))
                .isFalse();
    }
}
