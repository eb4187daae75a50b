package io.rift.peer;

import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link PeerBuilder} collected. */
record PeerOptions(
        Identity identity,
        RendezvousAddress rendezvous,
        IceTransportPolicy iceTransportPolicy,
        @Nullable List<IceServer> iceServers,
        Duration connectTimeout,
        @Nullable InetSocketAddress bindAddress,
        @Nullable HttpClient httpClient,
        Predicate<IncomingConnection> filter,
        @Nullable Consumer<Connection> listener) {}
