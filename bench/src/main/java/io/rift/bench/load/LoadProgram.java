package io.rift.bench.load;

import io.rift.bench.process.CpuTime;
import io.rift.protocol.TransportAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The load generator's process: reads a command per line from standard input and answers each with one line. It lives
 * through a whole run, so that its own code is compiled when it counts. {@link LoadProcess} is the other end.
 */
final class LoadProgram {

    private final PacketSocket socket;
    private final byte[] serverMac;
    private final Map<String, Target> targetByName = new HashMap<>();

    /**
     * A server under load.
     *
     * @param subscribers its clients
     * @param cpu what it uses
     */
    private record Target(Subscribers subscribers, CpuTime cpu) {}

    private LoadProgram(PacketSocket socket, byte[] serverMac) {
        this.socket = socket;
        this.serverMac = serverMac;
    }

    /**
     * Runs until the end of standard input.
     *
     * @param arguments the network interface to use, and the Ethernet address at its other end
     */
    public static void main(String[] arguments) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (PacketSocket socket = new PacketSocket(arguments[0])) {
            LoadProgram program =
                    new LoadProgram(socket, HexFormat.ofDelimiter(":").parseHex(arguments[1]));
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(program.answer(line.split(" ", -1)));
            }
        }
    }

    private String answer(String[] words) {
        try {
            return switch (words[0]) {
                case "target" -> {
                    Subscribers subscribers = new Subscribers(socket, TransportAddress.parse(words[2]), serverMac);
                    CpuTime cpu = new CpuTime(Long.parseLong(words[3]), Integer.parseInt(words[4]));
                    targetByName.put(words[1], new Target(subscribers, cpu));
                    yield "ok";
                }
                case "allocate" -> allocate(target(words), Integer.parseInt(words[2]));
                case "bind" -> {
                    target(words).subscribers().bindChannels();
                    yield "ok";
                }
                case "release" -> {
                    target(words).subscribers().release();
                    yield "ok";
                }
                case "saturate", "pace" -> flood(words);
                default -> "failed: there is no command " + words[0];
            };
        } catch (RuntimeException e) {
            return "failed: " + e;
        }
    }

    private Target target(String[] words) {
        return Objects.requireNonNull(targetByName.get(words[1]), () -> "no target " + words[1]);
    }

    private static String allocate(Target target, int count) {
        CpuTime.Sample before = target.cpu().sample();
        long startNanos = System.nanoTime();
        target.subscribers().allocate(count);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        CpuTime.Sample after = target.cpu().sample();
        return "ok " + seconds + " " + after.runSecondsSince(before);
    }

    /** saturate|pace, target, mode, bytes of payload, window or packets per second, milliseconds. */
    private String flood(String[] words) {
        Target target = target(words);
        long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[5]));
        try (Arena arena = Arena.ofConfined()) {
            Flood flood = new Flood(
                    arena, socket, target.subscribers(), serverMac, Mode.of(words[2]), Integer.parseInt(words[3]));
            FloodResult result = words[0].equals("pace")
                    ? flood.pace(target.cpu(), Double.parseDouble(words[4]), nanos)
                    : flood.saturate(target.cpu(), Integer.parseInt(words[4]), nanos);
            return "ok " + result.toLine();
        }
    }
}
