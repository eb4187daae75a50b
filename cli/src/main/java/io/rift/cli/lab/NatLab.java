package io.rift.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Builds the hosts of a lab and removes them again, in {@link #close()} and when the JVM ends. Every namespace carries
 * the owner's process id in its name, so that labs do not meet, and the next lab removes what a killed owner left.
 */
public final class NatLab implements AutoCloseable {
    /** The segment on which servers, public hosts and the outer sides of the routers are (TEST-NET-3, RFC 5737). */
    public static final String PUBLIC_NETWORK = "203.0.113.0/24";

    /** Of public hosts and of homes, each. */
    public static final int MAX_HOSTS = 50;

    private static final String PREFIX = "riftlab-";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final AtomicInteger LABS = new AtomicInteger();

    private final String ip = Programs.require("ip");
    private final String nft = Programs.require("nft");
    private final String prefix = PREFIX + ProcessHandle.current().pid() + "-" + LABS.incrementAndGet() + "-";
    private final Thread hook = Thread.ofPlatform().unstarted(this::remove);
    private final List<String> namespaces = new ArrayList<>();
    private final LabHost server;
    private int publicHosts;
    private int homes;
    private boolean closed;

    private NatLab() {
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            removeOrphans();
            String segment = namespace("net");
            in(segment, "link add segment type bridge", "link set segment up");
            server = attach("server", "eth0", "203.0.113.10", "203.0.113.11");
        } catch (LabException e) {
            close();
            throw e;
        }
    }

    /** Why there can be no lab here, as a phrase ("it needs root"), or empty when there can. */
    public static Optional<String> obstacle() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return Optional.of("network namespaces need Linux");
        }
        for (String program : List.of("ip", "nft")) {
            if (Programs.find(program).isEmpty()) {
                return Optional.of("the program '" + program + "' is not installed");
            }
        }
        try {
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                return Optional.of("network namespaces need root");
            }
        } catch (IOException e) {
            return Optional.of("there is no /proc here");
        }
        return Optional.empty();
    }

    /**
     * Makes a lab with one public host, the server.
     *
     * @throws LabException when the kernel does not let us
     */
    public static NatLab open() {
        return new NatLab();
    }

    /** The host with the public addresses 203.0.113.10 and 203.0.113.11. */
    public LabHost server() {
        return server;
    }

    /** Adds a host with a public address and no NAT. */
    public synchronized LabHost publicHost(String name) {
        return attach(name, "eth0", "203.0.113." + (20 + next(++publicHosts)));
    }

    /** Adds a host with a private address behind a router of its own. */
    public synchronized LabHost home(String name, NatKind nat) {
        int number = next(++homes);
        String wanAddress = "203.0.113." + (100 + number);
        String lanNetwork = "10." + number + ".0.0/24";
        String router = attach(name + "-router", "wan", wanAddress).namespace();
        String host = namespace(name);
        in(host, "link add eth0 type veth peer name lan netns " + router, "link set eth0 up");
        in(router, "link set lan up", "addr add 10." + number + ".0.1/24 dev lan");
        in(host, "addr add 10." + number + ".0.2/24 dev eth0", "route add default via 10." + number + ".0.1");
        // The rules come before the first forwarded packet, which would otherwise be tracked without translation.
        run(router, nat.ruleset(wanAddress, lanNetwork), nft, "-f", "-");
        run(router, "1", "tee", "/proc/sys/net/ipv4/ip_forward");
        return new LabHost(name, host, "10." + number + ".0.2");
    }

    /** Ends what still runs in the lab's namespaces and removes them. */
    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down and runs the hook itself.
        }
    }

    private synchronized void remove() {
        closed = true;
        namespaces.reversed().forEach(this::removeNamespace);
        namespaces.clear();
    }

    private LabHost attach(String name, String device, String... addresses) {
        String host = namespace(name);
        String port = "p" + namespaces.size();
        in(
                host,
                "link add " + device + " type veth peer name " + port + " netns " + prefix + "net",
                "link set " + device + " up");
        in(prefix + "net", "link set " + port + " master segment", "link set " + port + " up");
        for (String address : addresses) {
            in(host, "addr add " + address + "/24 dev " + device);
        }
        return new LabHost(name, host, addresses[0]);
    }

    private synchronized String namespace(String name) {
        if (closed) {
            throw new LabException("the lab is closed");
        }
        String namespace = prefix + name;
        namespaces.add(namespace);
        Programs.run(List.of(ip, "netns", "add", namespace), "");
        in(namespace, "link set lo up");
        return namespace;
    }

    private void in(String namespace, String... ipCommands) {
        Programs.run(List.of(ip, "-n", namespace, "-batch", "-"), String.join("\n", ipCommands) + "\n");
    }

    private void run(String namespace, String input, String... command) {
        List<String> inNamespace = new ArrayList<>(List.of(ip, "netns", "exec", namespace));
        inNamespace.addAll(List.of(command));
        Programs.run(inNamespace, input);
    }

    private void removeNamespace(String namespace) {
        if (!Files.exists(NAMESPACES.resolve(namespace))) {
            return;
        }
        try {
            for (String pid : Programs.run(List.of(ip, "netns", "pids", namespace), "")
                    .lines()
                    .toList()) {
                ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(NatLab::end);
            }
        } catch (LabException e) {
            // A process may have ended between the list and its look-up; the namespace goes either way.
        }
        try {
            Programs.run(List.of(ip, "netns", "delete", namespace), "");
        } catch (LabException e) {
            System.err.println("rift: a namespace stays behind: " + e.getMessage());
        }
    }

    private static void end(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit()
                .orTimeout(2, TimeUnit.SECONDS)
                .exceptionally(e -> process)
                .join();
    }

    /** Removes the namespaces of labs whose owner is gone. */
    private void removeOrphans() {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        try (Stream<Path> all = Files.list(NAMESPACES)) {
            all.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches(PREFIX + "\\d+-.*"))
                    .filter(name -> ProcessHandle.of(Long.parseLong(name.split("-", 3)[1]))
                            .isEmpty())
                    .forEach(this::removeNamespace);
        } catch (IOException e) {
            throw new LabException("cannot list " + NAMESPACES + ": " + e.getMessage(), e);
        }
    }

    private static int next(int number) {
        if (number > MAX_HOSTS) {
            throw new LabException("a lab has at most " + MAX_HOSTS + " hosts of a kind");
        }
        return number;
    }
}
