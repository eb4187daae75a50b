package io.rift.server.socket;

import io.netty.util.concurrent.Future;
import io.rift.server.address.Listener;
import io.rift.server.config.ConfigurationException;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/** Opens one port on every address and every shard, or none. */
final class PortBinder {

    /** What to open. */
    enum Protocol {
        UDP,
        TCP
    }

    /** Opens the port of one shard at one address. */
    interface Opener {
        /**
         * Opens it.
         *
         * @param port 0 for any
         */
        Future<? extends OpenPort> open(Shard shard, Listener listener, int port);
    }

    /** Any free port must be free on every address: so often another one is tried. */
    private static final int MAX_PORT_TRIES = 16;

    private final List<Listener> listeners;
    private final List<Shard> shards;

    PortBinder(List<Listener> listeners, List<Shard> shards) {
        this.listeners = listeners;
        this.shards = shards;
    }

    /**
     * Opens a port everywhere.
     *
     * @param key of the setting that asks for it
     * @param port 0 for any
     * @return the port
     * @throws ConfigurationException if it cannot be opened somewhere
     */
    int bind(String key, int port, Protocol protocol, Opener opener) {
        for (int attempt = 1; ; attempt++) {
            List<OpenPort> opened = new ArrayList<>();
            Listener current = listeners.getFirst();
            int chosen = port;
            try {
                for (Listener listener : listeners) {
                    current = listener;
                    if (chosen != 0 && shards.size() > 1) {
                        requireFree(listener, chosen, protocol);
                    }
                    for (Shard shard : shards) {
                        OpenPort socket = await(opener.open(shard, listener, chosen));
                        opened.add(socket);
                        chosen = socket.port();
                    }
                }
                return chosen;
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNull(e.getCause());
                opened.forEach(OpenPort::stop);
                if (port != 0 || !isInUse(cause) || attempt == MAX_PORT_TRIES) {
                    throw refusal(key, chosen, protocol, current, cause);
                }
            }
        }
    }

    /** Sockets that share a port would join those of another server on it, and take half of its clients. */
    private static void requireFree(Listener listener, int port, Protocol protocol) throws ExecutionException {
        InetSocketAddress address = new InetSocketAddress(listener.bind().toInetAddress(), port);
        try (AutoCloseable probe = protocol == Protocol.UDP
                ? new DatagramSocket(address)
                : new ServerSocket(port, 1, address.getAddress())) {
            Objects.requireNonNull(probe);
        } catch (IOException e) {
            throw new ExecutionException(e);
        } catch (Exception e) {
            throw new AssertionError("a socket's close throws nothing else", e);
        }
    }

    private static boolean isInUse(Throwable cause) {
        return says("ddress already in use", cause);
    }

    /** The transports throw different exceptions; what they have in common is the system's text. */
    private static boolean says(String text, Throwable cause) {
        return String.valueOf(cause.getMessage()).contains(text);
    }

    private static ConfigurationException refusal(
            String key, int port, Protocol protocol, Listener listener, Throwable cause) {
        String setting = key + "=" + port;
        String reason;
        if (isInUse(cause)) {
            reason = ": this " + protocol + " port is in use by another program, on " + listener.bind();
        } else if (says("ssign requested address", cause)) {
            setting = "rift.turn.bind-addresses=" + listener.bind();
            reason = ": this machine has no such address";
        } else if (says("ermission denied", cause)) {
            reason = ": this user may not open this " + protocol + " port";
        } else {
            reason = ": cannot listen on " + listener.bind() + ": " + cause.getMessage();
        }
        return new ConfigurationException(setting + reason, cause);
    }

    private static <T> T await(Future<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("interrupted while opening sockets", e);
        }
    }
}
