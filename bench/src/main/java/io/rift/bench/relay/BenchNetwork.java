package io.rift.bench.relay;

import io.rift.cli.lab.Programs;
import io.rift.cli.process.Launch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces and a virtual cable between them. Their names are such that {@link io.rift.cli.lab.NatLab}
 * removes them, too, should this process be killed.
 */
final class BenchNetwork implements AutoCloseable {

    /** The server's address. */
    static final String SERVER = "203.0.113.1";

    /** The interface of either side. */
    static final String DEVICE = "eth0";

    private static final String LOAD = "203.0.113.2";
    private static final String SERVER_MAC = "02:00:00:00:00:01";

    private final String ip = Programs.require("ip");
    private final String prefix = "riftlab-" + ProcessHandle.current().pid() + "-bench-";
    private final String server = prefix + "server";
    private final String load = prefix + "load";

    /**
     * Makes both.
     *
     * @param network whose packets go to the load generator
     */
    BenchNetwork(String network) {
        try {
            run(ip, "netns", "add", server);
            run(ip, "netns", "add", load);
            in(
                    server,
                    "link",
                    "add",
                    DEVICE,
                    "address",
                    SERVER_MAC,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    DEVICE,
                    "netns",
                    load);
            for (String namespace : List.of(server, load)) {
                in(namespace, "link", "set", "lo", "up");
                in(namespace, "link", "set", DEVICE, "up");
            }
            in(server, "addr", "add", SERVER + "/24", "dev", DEVICE);
            in(load, "addr", "add", LOAD + "/24", "dev", DEVICE);
            in(server, "route", "add", network, "via", LOAD);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts processes beside the server. */
    Launch server() {
        return command -> inside(server, command);
    }

    /** Starts processes on the other side. */
    Launch load() {
        return command -> inside(load, command);
    }

    /** The Ethernet address of the server. */
    String serverMac() {
        return SERVER_MAC;
    }

    private ProcessBuilder inside(String namespace, List<String> command) {
        List<String> whole = new ArrayList<>(List.of(ip, "netns", "exec", namespace));
        whole.addAll(command);
        return new ProcessBuilder(whole);
    }

    private void in(String namespace, String... command) {
        List<String> whole = new ArrayList<>(List.of(ip, "-n", namespace));
        whole.addAll(List.of(command));
        run(whole.toArray(String[]::new));
    }

    private static void run(String... command) {
        Programs.run(List.of(command), "");
    }

    @Override
    public void close() {
        RuntimeException failed = null;
        for (String namespace : List.of(server, load)) {
            try {
                if (Files.exists(Path.of("/run/netns", namespace))) {
                    run(ip, "netns", "delete", namespace);
                }
            } catch (RuntimeException e) {
                failed = e; // the other one is to go, too
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
