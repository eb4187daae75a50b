package io.rift.bench.load;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The clients of one server, and what they ask of it: allocations, channels, and the end of both. */
final class Subscribers {

    private static final int WINDOW = 32;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MAX_TRIES = 14;
    private static final int MAX_REQUEST_BYTES = 1024;
    private static final int SUCCESS = 200;

    private final PacketSocket socket;
    private final TransportAddress server;
    private final List<Client> clients = new ArrayList<>();
    private final Frames frames;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<TransactionId, Exchange> pending = new HashMap<>();
    private final Arena arena = Arena.ofConfined();
    private String realm = "";
    private int hosts; // a 5-tuple is not used again, as a server may still be about to forget it
    private byte[] key = {};

    /** A request that waits for its response. */
    private static final class Exchange {
        private final Client client;
        private final Request request;
        private byte[] message = {};
        private long sentNanos;
        private int tries;

        Exchange(Client client, Request request) {
            this.client = client;
            this.request = request;
        }
    }

    /**
     * One kind of request.
     *
     * @param method of STUN
     * @param attributes what it asks for
     */
    private record Request(int method, Function<Client, Attributes> attributes) {}

    /** Adds the attributes of a request. */
    @FunctionalInterface
    private interface Attributes {
        void addTo(StunEncoder encoder);
    }

    /**
     * No clients yet.
     *
     * @param server where it listens
     * @param serverMac the Ethernet address of its interface
     */
    Subscribers(PacketSocket socket, TransportAddress server, byte[] serverMac) {
        this.socket = socket;
        this.server = server;
        this.frames = new Frames(arena, 1, socket.mac(), serverMac);
    }

    TransportAddress server() {
        return server;
    }

    List<Client> clients() {
        return clients;
    }

    /** So many clients, an even number, with an allocation each. */
    void allocate(int count) {
        if (count <= 0 || count % 2 != 0) {
            throw new IllegalArgumentException("clients come in pairs, so there cannot be " + count);
        }
        for (int i = 0; i < count; i++) {
            clients.add(new Client(i, hosts++));
        }
        perform(new Request(
                TurnMethod.ALLOCATE,
                client -> encoder -> encoder.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP)));
    }

    /** Binds the channels of all clients: to their peers, and to each other in pairs. */
    void bindChannels() {
        perform(channelBind(Client.PEER_CHANNEL, Client::peer));
        perform(channelBind(
                Client.PARTNER_CHANNEL, client -> partnerOf(client.index()).relayed()));
    }

    private Client partnerOf(int index) {
        return clients.get(index ^ 1);
    }

    private static Request channelBind(int number, Function<Client, TransportAddress> to) {
        return new Request(
                TurnMethod.CHANNEL_BIND,
                client -> encoder -> encoder.add(TurnAttributes.CHANNEL_NUMBER, number)
                        .add(TurnAttributes.XOR_PEER_ADDRESS, to.apply(client)));
    }

    /** Ends all allocations. */
    void release() {
        perform(new Request(TurnMethod.REFRESH, client -> encoder -> encoder.add(TurnAttributes.LIFETIME, 0L)));
        clients.forEach(Client::released);
        clients.clear();
    }

    /** Sends one request for each client and waits for all responses. */
    private void perform(Request request) {
        int next = 0;
        while (next < clients.size() || !pending.isEmpty()) {
            while (next < clients.size() && pending.size() < WINDOW) {
                begin(new Exchange(clients.get(next++), request));
            }
            if (socket.receive(this::received) == 0) {
                repeatOverdue();
            }
        }
    }

    private void begin(Exchange exchange) {
        TransactionId id = TransactionId.random(random);
        StunEncoder encoder = StunEncoder.of(MessageClass.REQUEST, exchange.request.method(), id);
        exchange.request.attributes().apply(exchange.client).addTo(encoder);
        byte[] nonce = exchange.client.nonce();
        if (nonce == null) {
            exchange.message = encoder.encode();
        } else {
            exchange.message = encoder.add(StunAttributes.USERNAME, Traffic.USER)
                    .add(StunAttributes.REALM, realm)
                    .add(StunAttributes.NONCE, nonce)
                    .encodeWithIntegrity(key);
        }
        pending.put(id, exchange);
        transmit(exchange);
    }

    private void transmit(Exchange exchange) {
        exchange.tries++;
        exchange.sentNanos = System.nanoTime();
        if (exchange.message.length > MAX_REQUEST_BYTES) {
            throw new IllegalStateException("a request of " + exchange.message.length + " bytes");
        }
        int bytes = frames.write(0, exchange.client.address(), server, exchange.message.length);
        MemorySegment.copy(
                exchange.message,
                0,
                frames.memory(),
                ValueLayout.JAVA_BYTE,
                Frames.payloadAt(0),
                exchange.message.length);
        socket.place(0, frames.memory(), Frames.at(0), bytes);
        socket.send(1);
    }

    private void repeatOverdue() {
        long now = System.nanoTime();
        for (Exchange exchange : List.copyOf(pending.values())) {
            if (now - exchange.sentNanos > RETRY_NANOS) {
                if (exchange.tries == MAX_TRIES) {
                    throw new IllegalStateException("no answer from " + server + " to " + exchange.client.address());
                }
                transmit(exchange);
            }
        }
    }

    private void received(MemorySegment ring, long at, int bytes, long unixNanos) {
        if (!Frames.isUdp(ring, at, bytes) || !Client.isClient(Frames.destination(ring, at))) {
            return;
        }
        int length = Frames.payloadBytes(ring, at);
        if (length > bytes - Frames.HEADER_BYTES) {
            return;
        }
        byte[] copy = ring.asSlice(at + Frames.HEADER_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        StunMessage response = StunMessage.parse(ByteBuffer.wrap(copy));
        Exchange exchange = response == null ? null : pending.remove(response.transactionId());
        if (response != null && exchange != null) {
            answered(exchange, response);
        }
    }

    private void answered(Exchange exchange, StunMessage response) {
        Client client = exchange.client;
        ErrorCode error = response.get(StunAttributes.ERROR_CODE);
        int code = error == null ? SUCCESS : error.code();
        if (code == ErrorCode.STALE_NONCE.code()
                || (code == ErrorCode.UNAUTHENTICATED.code() && client.nonce() == null)) {
            client.learn(Objects.requireNonNull(response.get(StunAttributes.NONCE)));
            String told = Objects.requireNonNull(response.get(StunAttributes.REALM));
            if (!told.equals(realm)) {
                realm = told;
                key = StunKeys.longTerm(Traffic.USER, realm, Traffic.PASSWORD);
            }
            begin(new Exchange(client, exchange.request));
        } else if (code != SUCCESS) {
            throw new IllegalStateException(server + " answered method " + exchange.request.method() + " of "
                    + client.address() + " with " + error);
        } else if (exchange.request.method() == TurnMethod.ALLOCATE) {
            client.allocated(Objects.requireNonNull(response.get(TurnAttributes.XOR_RELAYED_ADDRESS)));
        }
    }
}
