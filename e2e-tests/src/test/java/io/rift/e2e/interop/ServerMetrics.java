package io.rift.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.process.ServerProcess;
import io.rift.e2e.Finished;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What the server counts, asked for in its own network namespace, where alone its management port answers. */
final class ServerMetrics {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SETTLED_MILLIS = 500;
    private static final int TRIES = 40;

    /** Bash speaks TCP, so that no other program is needed there. */
    private static final String GET =
            "exec 3<>/dev/tcp/127.0.0.1/$0 && printf 'GET /actuator/prometheus HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3";

    private final LabHost host;
    private final ServerProcess server;

    ServerMetrics(LabHost host, ServerProcess server) {
        this.host = host;
        this.server = server;
    }

    /** The same sum once it no longer changes, for the server publishes its counts five times a second. */
    long settled(String name, String label) throws IOException, InterruptedException {
        long before = sum(name, label);
        for (int i = 0; i < TRIES; i++) {
            Thread.sleep(SETTLED_MILLIS);
            long now = sum(name, label);
            if (now == before) {
                return now;
            }
            before = now;
        }
        throw new AssertionError(name + " does not stand still");
    }

    /** Waits until the sum is this; fails when it does not become so. */
    void await(long expected, String name, String label) throws IOException, InterruptedException {
        long now = sum(name, label);
        for (int i = 0; i < TRIES && now != expected; i++) {
            Thread.sleep(SETTLED_MILLIS / 2);
            now = sum(name, label);
        }
        assertThat(now).as(name + " " + label).isEqualTo(expected);
    }

    /** Waits until the sum is as large as this; fails when it does not become so. */
    void awaitAtLeast(long expected, String name, String label) throws IOException, InterruptedException {
        long now = sum(name, label);
        for (int i = 0; i < TRIES && now < expected; i++) {
            Thread.sleep(SETTLED_MILLIS / 2);
            now = sum(name, label);
        }
        assertThat(now).as(name).isGreaterThanOrEqualTo(expected);
    }

    /** The sum over all series of this name whose labels contain this text. */
    long sum(String name, String label) throws IOException {
        Finished scrape = Finished.run(
                host.process(List.of("bash", "-c", GET, String.valueOf(server.port("management")))), "", PATIENCE);
        List<String> series = scrape.out()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(label))
                .toList();
        if (series.isEmpty()) {
            throw new IOException("no " + name + " with " + label + " in " + scrape.out() + scrape.err());
        }
        return series.stream()
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
