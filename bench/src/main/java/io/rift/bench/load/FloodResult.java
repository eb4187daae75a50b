package io.rift.bench.load;

import java.util.List;

/**
 * What became of a flood.
 *
 * @param seconds how long it was sent
 * @param sent packets
 * @param received packets that came out of the server as they should, at last
 * @param receivedInTime those that came while it was sent
 * @param mangled packets that came out otherwise
 * @param overruns packets that the load generator was too slow for
 * @param serverCpuSeconds what the server ran meanwhile, all its threads, and the kernel's thread for its core's packets
 * @param serverWaitSeconds for how long the server wanted to run while others had its core
 * @param p50Micros from the send call to the arrival of the relayed packet, half of all
 * @param p99Micros 99 of 100
 */
public record FloodResult(
        double seconds,
        long sent,
        long received,
        long receivedInTime,
        long mangled,
        long overruns,
        double serverCpuSeconds,
        double serverWaitSeconds,
        double p50Micros,
        double p99Micros) {

    /** Packets relayed in one second of the server's core. */
    public double packetsPerCpuSecond() {
        return receivedInTime / Math.max(serverCpuSeconds, 1e-9);
    }

    /** Packets relayed in one second. */
    public double packetsPerSecond() {
        return receivedInTime / seconds;
    }

    /** The share of packets that did not come out. */
    public double loss() {
        return sent == 0 ? 0 : Math.max(0, sent - received) / (double) sent;
    }

    /** The share of the time in which the server ran or wanted to. */
    public double serverBusy() {
        return (serverCpuSeconds + serverWaitSeconds) / seconds;
    }

    /** Its components in order, between spaces. */
    String toLine() {
        return seconds + " " + sent + " " + received + " " + receivedInTime + " " + mangled + " " + overruns + " "
                + serverCpuSeconds + " " + serverWaitSeconds + " " + p50Micros + " " + p99Micros;
    }

    /** Reads what {@link #toLine} has written, from the second word on. */
    static FloodResult of(List<String> words) {
        return new FloodResult(
                Double.parseDouble(words.get(1)),
                Long.parseLong(words.get(2)),
                Long.parseLong(words.get(3)),
                Long.parseLong(words.get(4)),
                Long.parseLong(words.get(5)),
                Long.parseLong(words.get(6)),
                Double.parseDouble(words.get(7)),
                Double.parseDouble(words.get(8)),
                Double.parseDouble(words.get(9)),
                Double.parseDouble(words.get(10)));
    }
}
