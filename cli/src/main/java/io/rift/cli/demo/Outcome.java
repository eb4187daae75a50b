package io.rift.cli.demo;

import io.rift.cli.capture.Canary;
import io.rift.cli.capture.PacketCapture;
import io.rift.cli.capture.PacketCapture.Transport;
import io.rift.cli.process.ControlLine;
import io.rift.peer.PathType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a scenario showed.
 *
 * @param claims all that is said about it, in the order of telling
 */
record Outcome(List<Claim> claims) {

    /** Whether every claim is true. */
    boolean holds() {
        return claims.stream().allMatch(Claim::holds);
    }

    /**
     * One end of a connection, in its own words.
     *
     * @param ready who it is
     * @param connected whom it met
     * @param path the path after the last message
     * @param exchanged how the messages fared
     */
    record End(ControlLine ready, ControlLine connected, ControlLine path, ControlLine exchanged) {

        boolean met(End other) {
            return connected.value("remote").equals(other.ready.value("id"))
                    && connected.value("fingerprint").equals(other.ready.value("fingerprint"));
        }

        boolean isOn(PathType type) {
            return path.value("type").equals(type.toString());
        }

        boolean everyMessageIsIntact(long messages) {
            return exchanged.number("intact") == messages && exchanged.number("sent") == messages;
        }
    }

    /** Judges what both ends and the tap saw. */
    static Outcome of(
            Scenario scenario, End alice, End bob, long roundTripMicros, long messages, Canary canary, TapView tap) {
        List<Claim> claims = new ArrayList<>();
        PathType expected = scenario.expected();
        claims.add(new Claim(
                "path",
                String.format(
                        Locale.ROOT,
                        "%-6s %s -> %s%s",
                        alice.path.value("type"),
                        alice.path.value("local"),
                        alice.path.value("remote"),
                        alice.isOn(expected) && bob.isOn(expected)
                                ? ""
                                : ", but both should be on " + expected + " and bob is on " + bob.path.value("type")),
                alice.isOn(expected) && bob.isOn(expected)));
        claims.add(new Claim(
                "round trip",
                String.format(
                        Locale.ROOT,
                        "%.2f ms, connected after %d ms",
                        roundTripMicros / 1000.0,
                        alice.connected.number("millis")),
                roundTripMicros > 0));
        boolean intact = alice.everyMessageIsIntact(messages) && bob.everyMessageIsIntact(messages);
        claims.add(new Claim(
                "messages",
                intact
                        ? messages + " each way, all intact and in order"
                        : bob.exchanged.value("intact") + " and " + alice.exchanged.value("intact") + " of " + messages
                                + " intact",
                intact));
        String suite = alice.connected.value("suite");
        claims.add(new Claim("suite", suite, suite.equals(bob.connected.value("suite"))));
        claims.add(fingerprint("alice", alice, "bob", bob));
        claims.add(fingerprint("bob", bob, "alice", alice));
        claims.add(tap.claim(canary, alice, expected));
        return new Outcome(claims);
    }

    private static Claim fingerprint(String name, End end, String otherName, End other) {
        boolean agreed = other.met(end);
        String fingerprint = end.ready.value("fingerprint");
        return new Claim(
                name,
                agreed
                        ? fingerprint + "  the same at both ends"
                        : fingerprint + ", but " + otherName + " sees " + other.connected.value("fingerprint"),
                agreed);
    }

    /**
     * What the tap at the server saw.
     *
     * @param name who listened
     * @param capture the packets
     * @param rendezvousPort the server's port for signalling, which carries no messages
     * @param messageBytes the size of all messages together
     */
    record TapView(String name, PacketCapture capture, int rendezvousPort, long messageBytes) {

        private Claim claim(Canary canary, End alice, PathType path) {
            int packets = capture.packets().size();
            if (capture.contains(canary)) {
                return new Claim("tap", "PLAINTEXT in the packets that " + name + " saw at the server", false);
            }
            // A search that finds nothing proves something only if it finds what is there.
            if (!capture.contains(new Canary(alice.ready.value("id")))) {
                return new Claim(
                        "tap", name + " at the server missed the sign-in of alice in " + packets + " packets", false);
            }
            boolean relayed = path == PathType.RELAYED;
            // A relayed message passes the tap twice: in, and out again.
            boolean plausible = relayed ? relayedBytes() >= 2 * messageBytes : relayedBytes() < messageBytes;
            return new Claim(
                    "tap",
                    String.format(
                            Locale.ROOT,
                            "%d packets at the server (%s), no plaintext; it relayed %s the messages",
                            packets,
                            name,
                            relayed == plausible ? "all" : "none of"),
                    plausible);
        }

        private long relayedBytes() {
            return capture.packets().stream()
                    .filter(packet -> packet.transport() == Transport.UDP)
                    .filter(packet -> packet.from().getPort() != rendezvousPort
                            && packet.to().getPort() != rendezvousPort)
                    .mapToLong(packet -> packet.payload().remaining())
                    .sum();
        }
    }
}
