package io.rift.bench.churn;

import io.rift.bench.process.JavaProcess;
import io.rift.bench.process.ProcessMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a server holds and has done.
 *
 * @param valueByMetric its metrics of STUN and TURN, by name and labels
 * @param sockets file descriptors that are sockets
 * @param descriptors all of them
 * @param relayPorts UDP ports of its relay range that are bound
 */
record ServerState(Map<String, Double> valueByMetric, int sockets, int descriptors, int relayPorts) {

    private static final int TIMEOUT_MILLIS = 10_000;

    ServerState {
        valueByMetric = Map.copyOf(valueByMetric);
    }

    /**
     * Reads it.
     *
     * @param firstRelayPort lowest port of its relay range
     * @param lastRelayPort highest one
     */
    static ServerState read(long pid, int managementPort, int firstRelayPort, int lastRelayPort) {
        try {
            Set<String> inodes = new HashSet<>();
            int descriptors = 0;
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
                for (Path file : files) {
                    descriptors++;
                    String target = target(file);
                    if (target.startsWith("socket:[")) {
                        inodes.add(target.substring("socket:[".length(), target.length() - 1));
                    }
                }
            }
            int relayPorts = relayPorts(pid, inodes, firstRelayPort, lastRelayPort);
            // Last, as the server needs a moment to close the connection over which it tells them.
            return new ServerState(metrics(managementPort), inodes.size(), descriptors, relayPorts);
        } catch (IOException e) {
            throw new UncheckedIOException("the server's state cannot be read: " + e.getMessage(), e);
        }
    }

    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return ""; // it was closed just now
        }
    }

    private static int relayPorts(long pid, Set<String> inodes, int first, int last) throws IOException {
        int bound = 0;
        for (String table : List.of("udp", "udp6")) {
            List<String> lines = Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table));
            for (String line : lines.subList(1, lines.size())) {
                String[] fields = line.strip().split(" +", -1);
                int port = Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16);
                if (port >= first && port <= last && inodes.contains(fields[9])) {
                    bound++;
                }
            }
        }
        return bound;
    }

    /** Over a connection that is closed at once, so that it is no socket of the server's any more. */
    private static Map<String, Double> metrics(int port) throws IOException {
        Map<String, Double> values = new TreeMap<>();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write("""
                            GET /actuator/prometheus HTTP/1.1
                            Host: localhost
                            Accept: text/plain
                            Connection: close

                            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> line.startsWith("rift_turn_") || line.startsWith("rift_stun_"))
                    .forEach(line -> {
                        int space = line.lastIndexOf(' ');
                        values.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
                    });
        }
        if (values.isEmpty()) {
            throw new IOException("there are no metrics on port " + port);
        }
        return values;
    }

    /** The sum of all series of this name with this label, such as {@code code="200"}. */
    long metric(String name, String label) {
        return Math.round(valueByMetric.entrySet().stream()
                .filter(entry -> entry.getKey().equals(name)
                        || (entry.getKey().startsWith(name + "{")
                                && entry.getKey().contains(label)))
                .mapToDouble(Map.Entry::getValue)
                .sum());
    }

    /** The sum of all series of this name. */
    long metric(String name) {
        return metric(name, "");
    }

    /**
     * What a server holds in memory, its garbage collected.
     *
     * @param heapBytes in its heap
     * @param residentBytes of its process
     */
    record Memory(long heapBytes, long residentBytes) {

        static Memory read(long pid) {
            return new Memory(JavaProcess.liveHeapBytes(pid), ProcessMemory.residentBytes(pid));
        }
    }
}
