package io.rift.server.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OwnAddressWatchTest {

    private static final IpAddress FIRST = IpAddress.parse("192.0.2.1");
    private static final IpAddress TEMPORARY = IpAddress.parse("2001:db8::5e4f");
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final long NEVER_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final LiveRelays relays = new LiveRelays(Set.of(FIRST));

    @Test
    void anAddressThatTheMachineGainsBecomesItsOwnAndLoopbackDoesNot() {
        HostAddresses later = new HostAddresses(List.of(TEMPORARY, LOOPBACK), null, TEMPORARY);
        try (OwnAddressWatch watch = new OwnAddressWatch(relays, () -> later, NEVER_MILLIS)) {
            assertThat(relays.isOwn(TEMPORARY)).isFalse();
            watch.look();
        }

        assertThat(relays.isOwn(TEMPORARY)).isTrue();
        assertThat(relays.isOwn(FIRST)).isTrue();
        assertThat(relays.isOwn(LOOPBACK)).isFalse();
    }

    @Test
    void itLooksAgainAndAgainEvenAfterAFailureUntilItIsClosed() throws InterruptedException {
        BlockingQueue<Thread> looks = new LinkedBlockingQueue<>();
        OwnAddressWatch watch = new OwnAddressWatch(
                relays,
                () -> {
                    looks.add(Thread.currentThread());
                    throw new UncheckedIOException(new SocketException("the interface is gone"));
                },
                1);
        for (int look = 0; look < 3; look++) {
            assertThat(looks.poll(10, TimeUnit.SECONDS)).as("look %d", look).isNotNull();
        }
        Thread thread = looks.take();
        watch.close();
        thread.join(10_000);

        assertThat(thread.isAlive()).isFalse();
    }
}
