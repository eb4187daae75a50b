package io.rift.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** What a running server counts, as a monitoring system sees it. */
public final class Scrape {

    private Scrape() {}

    /** The value of a series, such as {@code rift_turn_drops_total} with {@code reason="empty"}. */
    public static double sample(RiftServer server, String name, String label) {
        URI uri = URI.create("http://127.0.0.1:" + server.ports().management() + "/actuator/prometheus");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + (label.isEmpty() ? " " : "{")) && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
