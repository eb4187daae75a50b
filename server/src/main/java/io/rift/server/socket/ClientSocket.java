package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.DatagramChannel;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.core.turn.Route;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A socket at which clients come in. */
final class ClientSocket extends ShardSocket {

    private static final short BINDING_REQUEST = 0x0001;

    /** Clients whose allocation lives on another shard; beyond it the one not heard of for longest is forgotten. */
    private static final int MAX_CLIENTS_ELSEWHERE = 4096;

    /** Datagrams that other shards have passed on and that still wait; beyond it they are dropped. */
    private static final int MAX_PASSED_ON = 1024;

    private final Listener listener;
    private final TransportAddress local;
    private final boolean bindingOnly;
    private final AtomicInteger passedOn = new AtomicInteger();
    private final Map<InetSocketAddress, ClientSocket> socketByClientElsewhere = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetSocketAddress, ClientSocket> eldest) {
            return size() > MAX_CLIENTS_ELSEWHERE;
        }
    };

    /**
     * A bound socket.
     *
     * @param bindingOnly whether to answer Binding requests and nothing else
     */
    ClientSocket(Shard shard, DatagramChannel channel, Listener listener, boolean bindingOnly) {
        super(shard, channel);
        this.listener = listener;
        this.local = TransportAddress.of(channel.localAddress());
        this.bindingOnly = bindingOnly;
    }

    TransportAddress local() {
        return local;
    }

    /** Closes it, from any thread. */
    void stop() {
        shard.forget(this);
    }

    @Override
    boolean received(ByteBuf content, InetSocketAddress sender) {
        ByteBuffer datagram = content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        if (bindingOnly && !isBindingRequest(datagram)) {
            shard.drop(SocketDrop.NOT_BINDING);
            return false;
        }
        ClientSocket elsewhere = elsewhere(sender, datagram);
        if (elsewhere != null) {
            if (!elsewhere.receiveLater(ByteBufUtil.getBytes(content), sender)) {
                shard.drop(SocketDrop.SHARD_BUSY);
            }
            return false;
        }
        return handle(content, datagram, sender);
    }

    private boolean handle(ByteBuf content, ByteBuffer datagram, InetSocketAddress sender) {
        int start = datagram.position();
        Route route = shard.handleClientDatagram(sender, local, datagram);
        if (route == null) {
            shard.drain(listener);
            return false;
        }
        int payloadAt = content.readerIndex() + datagram.position() - start;
        content.setIndex(payloadAt, payloadAt + datagram.remaining());
        return shard.sendToPeer(route, content);
    }

    private static boolean isBindingRequest(ByteBuffer datagram) {
        return datagram.remaining() >= Short.BYTES && datagram.getShort(datagram.position()) == BINDING_REQUEST;
    }

    // --- clients whose 5-tuple the kernel gives to this shard, and whose allocation another one has reserved ---

    private @Nullable ClientSocket elsewhere(InetSocketAddress sender, ByteBuffer datagram) {
        ClientSocket known = socketByClientElsewhere.isEmpty() ? null : socketByClientElsewhere.get(sender);
        if (known != null) {
            return known;
        }
        ClientSocket owner = shard.reservedElsewhere(datagram, local);
        if (owner != null) {
            socketByClientElsewhere.put(sender, owner);
        }
        return owner;
    }

    /** Takes a datagram that arrived at another shard, on that shard's thread. False if too many wait already. */
    private boolean receiveLater(byte[] copy, InetSocketAddress sender) {
        if (passedOn.incrementAndGet() > MAX_PASSED_ON) {
            passedOn.decrementAndGet();
            return false;
        }
        shard.loop().execute(() -> {
            passedOn.decrementAndGet();
            try {
                handle(Unpooled.wrappedBuffer(copy), ByteBuffer.wrap(copy), sender); // on the heap: nothing to release
            } catch (RuntimeException e) {
                shard.failed(e);
            }
            shard.burstEnds();
        });
        return true;
    }
}
