package io.rift.server.address;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rift.protocol.IpAddress;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OwnAddressWatchTest {

    private static final IpAddress FIRST = IpAddress.parse("192.0.2.1");
    private static final IpAddress TEMPORARY = IpAddress.parse("2001:db8::5e4f");
    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final long NEVER_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final LiveRelays relays = new LiveRelays(Set.of(FIRST));

    @Test
    void anAddressThatTheMachineGainsBecomesItsOwnAndLoopbackDoesNot() {
        HostAddresses later = new HostAddresses(List.of(TEMPORARY, LOOPBACK), List.of(), null, null);
        AtomicInteger told = new AtomicInteger();
        try (OwnAddressWatch watch = new OwnAddressWatch(relays, () -> later, told::incrementAndGet, NEVER_MILLIS)) {
            assertThat(relays.isOwn(TEMPORARY)).isFalse();
            watch.look();
            watch.look();
        }

        assertThat(told).as("once, when it was new").hasValue(1);

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
                () -> {},
                1);
        for (int look = 0; look < 3; look++) {
            assertThat(looks.poll(10, TimeUnit.SECONDS)).as("look %d", look).isNotNull();
        }
        Thread thread = looks.take();
        watch.close();
        thread.join(10_000);

        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void aFailureThatLastsIsWarnedOfEverMoreRarelyAndANewAddressIsTold() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(OwnAddressWatch.class);
        log.start();
        logger.addAppender(log);
        AtomicBoolean fails = new AtomicBoolean(true);
        Supplier<HostAddresses> host = () -> {
            if (fails.get()) {
                throw new UncheckedIOException(new SocketException("too many open files"));
            }
            return new HostAddresses(List.of(TEMPORARY), List.of(), null, null);
        };
        try (OwnAddressWatch watch = new OwnAddressWatch(relays, host, () -> {}, NEVER_MILLIS)) {
            for (int i = 0; i < 100; i++) {
                watch.look();
            }
            assertThat(log.list).hasSize(7).allMatch(event -> event.getLevel() == Level.WARN);
            log.list.clear();
            fails.set(false);
            watch.look();
            watch.look();
            assertThat(log.list).singleElement().satisfies(event -> {
                assertThat(event.getLevel()).isEqualTo(Level.INFO);
                assertThat(event.getKeyValuePairs()).hasToString("[addresses=\"[" + TEMPORARY + "]\"]");
            });
            fails.set(true);
            watch.look();
            assertThat(log.list).as("it works no longer").hasSize(2);
        } finally {
            logger.detachAppender(log);
        }
    }

    /** What the machine has gained is found only once. */
    @Test
    void anAddressThatCouldNotBeToldIsToldAtTheNextLook() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(OwnAddressWatch.class);
        log.start();
        logger.addAppender(log);
        AtomicInteger attempts = new AtomicInteger();
        Runnable gained = () -> {
            if (attempts.incrementAndGet() < 3) {
                throw new UnsupportedOperationException("a bug");
            }
        };
        HostAddresses later = new HostAddresses(List.of(TEMPORARY), List.of(), null, null);
        try (OwnAddressWatch watch = new OwnAddressWatch(relays, () -> later, gained, NEVER_MILLIS)) {
            for (int i = 0; i < 5; i++) {
                watch.look();
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(attempts).as("until it was told").hasValue(3);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "this machine has a new address",
                        "an event loop cannot end the connections to a new address of this machine",
                        "an event loop cannot end the connections to a new address of this machine");
    }

    @Test
    void anEventLoopThatIsSlowHasItsTaskAndIsNotToldTwice() {
        AtomicInteger attempts = new AtomicInteger();
        Runnable gained = () -> {
            attempts.incrementAndGet();
            throw new IllegalStateException("an event loop did not answer");
        };
        HostAddresses later = new HostAddresses(List.of(TEMPORARY), List.of(), null, null);
        try (OwnAddressWatch watch = new OwnAddressWatch(relays, () -> later, gained, NEVER_MILLIS)) {
            watch.look();
            watch.look();
        }
        assertThat(attempts).hasValue(1);
    }
}
