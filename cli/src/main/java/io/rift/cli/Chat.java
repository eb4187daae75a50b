package io.rift.cli;

import io.rift.cli.terminal.Screen;
import io.rift.cli.terminal.Screen.Tone;
import io.rift.peer.CloseReason;
import io.rift.peer.Connection;
import io.rift.peer.ConnectionPath;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.Identity;
import io.rift.peer.Peer;
import io.rift.peer.PeerException;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One chat: lines of text to and from one peer at a time. All that happens becomes an event in one queue, which one
 * thread handles, so that nothing here is shared.
 */
final class Chat implements AutoCloseable {
    /** So many lines are read ahead while nobody is connected or the path is slow. */
    private static final int LINES_AHEAD = 64;

    private sealed interface Event {
        record Connected(Connection connection) implements Event {}

        record Typed(String line) implements Event {}

        record InputEnded() implements Event {}

        record Ended(Connection connection, CloseReason reason) implements Event {}
    }

    private final Screen out;
    private final Screen status;
    private final boolean typed;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Semaphore linesAhead = new Semaphore(LINES_AHEAD);
    private final Deque<String> unsent = new ArrayDeque<>();
    private final Thread hangUp = Thread.ofPlatform().unstarted(this::closePeer);
    private @Nullable Peer peer;
    private @Nullable Connection current;
    private boolean inputEnded;

    /**
     * A chat that is not connected.
     *
     * @param out for what the other side says
     * @param status for everything else
     * @param typed whether a person types the input
     */
    Chat(Screen out, Screen status, boolean typed) {
        this.out = out;
        this.status = status;
        this.typed = typed;
    }

    /** Signs in at the server. */
    void signIn(URI server, Identity identity, IceTransportPolicy policy) {
        peer = Peer.builder()
                .identity(identity)
                .rendezvous(server)
                .iceTransportPolicy(policy)
                .onConnection(connection -> events.add(new Event.Connected(connection)))
                .start();
        // Ctrl-C tells the other side too, which would otherwise wait for us for half a minute.
        Runtime.getRuntime().addShutdownHook(hangUp);
        tell("you are     ", identity.peerId().toString());
        tell("fingerprint ", identity.fingerprint());
    }

    /** Calls a peer, and talks until one of both ends it. Returns the exit code. */
    int call(PeerId to, BufferedReader lines) {
        tell("calling     ", to.toString());
        events.add(new Event.Connected(peer().connect(to)));
        return talk(lines, true);
    }

    /** Waits for calls, and talks to one caller after the other. Returns the exit code. */
    int waitForCalls(BufferedReader lines) {
        tell("waiting     ", "for a call; the other side runs: rift chat --server <this server> --to " + peer().id());
        return talk(lines, false);
    }

    private int talk(BufferedReader lines, boolean calling) {
        Thread.ofPlatform().daemon().name("input").start(() -> read(lines));
        while (true) {
            switch (next()) {
                case Event.Connected(Connection connection) -> connected(connection);
                case Event.Typed(String line) -> unsent.add(line);
                case Event.InputEnded() -> inputEnded = true;
                case Event.Ended(Connection connection, CloseReason reason) -> {
                    if (connection == current) {
                        current = null;
                        tell("ended       ", reason.toString());
                        if (calling || inputEnded) {
                            return Failures.exitCode(reason);
                        }
                    }
                }
            }
            sendTyped();
            if (inputEnded && (typed || (calling && unsent.isEmpty()))) {
                return ExitCode.OK;
            }
        }
    }

    private void connected(Connection connection) {
        if (current != null) {
            var _ = connection.closeAsync(); // one at a time, and the one does not wait for it
            return;
        }
        current = connection;
        ConnectionPath path = connection.path();
        tell(
                "connected   ",
                connection.remotePeerId() + " in "
                        + connection.statistics().timeToConnect().toMillis() + " ms");
        tell("fingerprint ", connection.fingerprint() + "  (compare it by voice)");
        tell("encrypted   ", connection.suite());
        tell("path        ", text(path));
        connection.onPathChange(changed -> tell("path        ", text(changed)));
        connection.onMessage(message -> out.line(
                out.isTerminal() ? out.paint(Tone.NOTABLE, "> ") + Screen.harmless(message.text()) : message.text()));
        connection.onClose(reason -> events.add(new Event.Ended(connection, reason)));
    }

    private void sendTyped() {
        while (current != null && !unsent.isEmpty()) {
            String line = unsent.remove();
            linesAhead.release();
            if (line.getBytes(StandardCharsets.UTF_8).length > Connection.MAX_MESSAGE_BYTES) {
                tell("not sent    ", "a line longer than " + Connection.MAX_MESSAGE_BYTES + " bytes");
                continue;
            }
            try {
                current.send(line);
            } catch (PeerException.Closed e) {
                tell("not sent    ", "the last line: the connection is closed");
                return; // the event that says so is on its way
            }
        }
        if (typed && current == null && !unsent.isEmpty()) {
            tell("            ", "nobody is here yet; the line waits");
        }
    }

    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                linesAhead.acquireUninterruptibly();
                events.add(new Event.Typed(line));
            }
        } catch (IOException e) {
            tell("input       ", "cannot be read any further: " + e.getMessage());
        }
        events.add(new Event.InputEnded());
    }

    private Event next() {
        try {
            return events.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Event.InputEnded();
        }
    }

    private static String text(ConnectionPath path) {
        return path.type() + "  " + TransportAddress.of(path.local()) + " -> " + TransportAddress.of(path.remote());
    }

    private void tell(String label, String text) {
        status.line(status.paint(Tone.FAINT, label) + " " + text);
    }

    private Peer peer() {
        if (peer == null) {
            throw new IllegalStateException("not signed in");
        }
        return peer;
    }

    private void closePeer() {
        if (peer != null) {
            peer.close();
        }
    }

    /** Hangs up, after the other side has every line. */
    @Override
    public void close() {
        if (current != null) {
            current.close();
        }
        closePeer();
        try {
            Runtime.getRuntime().removeShutdownHook(hangUp);
        } catch (IllegalStateException e) {
            // The JVM is shutting down and runs the hook itself.
        }
    }
}
