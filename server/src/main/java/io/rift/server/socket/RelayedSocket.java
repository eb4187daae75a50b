package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.UnixChannel;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.core.turn.ClientPath;
import io.rift.server.core.turn.RelaySocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The socket behind one relayed transport address. Where the platform can, it hears of ICMP errors.
 *
 * <p>Linux tells of an ICMP error twice: once by failing the next call on the socket, be it for sending or receiving, and
 * then in the error queue. So a datagram that has nothing to do with the error can fail, and whoever forges errors could
 * suppress datagrams at will. Netty gives up a datagram that fails. Therefore the datagrams of a burst are held until the
 * burst is sent, and those that failed are sent once more; not so what waits longer, as the send buffer is full.
 */
final class RelayedSocket extends ShardSocket {

    /** More stay in the queue until the event loop comes by again. */
    private static final int MAX_ERRORS_PER_TURN = 16;

    /** A send that fails takes the error along that made it fail, so the next one works, unless another error came. */
    private static final int MAX_MORE_TRIES = 3;

    private static final int IPV4_DESTINATION_UNREACHABLE = 3;
    private static final int IPV4_FRAGMENTATION_NEEDED = 4;
    private static final int IPV6_PACKET_TOO_BIG = 2;

    private final RelaySocket relaySocket;
    private final TransportAddress external;
    private final TransportAddress bound;
    private final @Nullable ErrorQueue errors;

    private final ArrayDeque<DatagramPacket> held = new ArrayDeque<>(1);
    private @Nullable BitSet failed;
    private int queued;
    private boolean sendingAgain;
    private boolean failedAgain;

    private boolean dontFragment;
    private @Nullable TransportAddress unfragmentedPeer;

    RelayedSocket(Shard shard, DatagramChannel channel, RelaySocket relaySocket, Listener listener) {
        super(shard, channel);
        this.relaySocket = relaySocket;
        this.external = new TransportAddress(listener.external(), relaySocket.port());
        this.bound = new TransportAddress(listener.relay(), relaySocket.port());
        this.errors = shard.errors();
    }

    /** Its address as peers see it. */
    TransportAddress external() {
        return external;
    }

    /** Its address on this machine. */
    TransportAddress bound() {
        return bound;
    }

    @Override
    boolean received(ByteBuf content, InetSocketAddress sender) {
        ByteBuffer payload = content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        int start = payload.position();
        ClientPath client = shard.handleRelayedDatagram(relaySocket, sender, payload);
        if (client == null) {
            return false;
        }
        int messageAt = content.readerIndex() + payload.position() - start;
        content.setIndex(messageAt, messageAt + payload.remaining());
        return shard.sendToClient(client, content);
    }

    /**
     * Sends a datagram that must not be fragmented, at the price of two more system calls.
     *
     * @param peer that the address stands for
     * @return whether the reference to the datagram was taken over
     */
    boolean sendUnfragmented(ByteBuf datagram, InetSocketAddress to, TransportAddress peer) {
        flush(); // what is queued may be fragmented
        if (!isOpen() || hasBacklog()) {
            shard.drops().add(SocketDrop.SEND_BUFFER_FULL);
            return false;
        }
        LinuxOptions.dontFragment(channel, relaySocket.family(), true);
        unfragmentedPeer = peer;
        boolean taken = send(datagram, to);
        dontFragment = true; // whatever is queued after it may be fragmented again
        flush();
        return taken;
    }

    private boolean hasBacklog() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound != null && outbound.totalPendingWriteBytes() > 0;
    }

    @Override
    void queueing(DatagramPacket datagram) {
        mayFragmentAgain(); // the event loop may have sent meanwhile what had to wait at the last flush
        if (queued == held.size() && errors != null && (queued > 0 || !hasBacklog())) {
            held.add(datagram.retain());
        }
        queued++;
    }

    @Override
    boolean expects(Throwable failure) {
        if (errors == null || !SocketFailure.mayBeOfIcmp(failure)) {
            return false;
        }
        if (SocketFailure.isOfReading(failure)) {
            return true; // and the error queue says the rest
        }
        if (sendingAgain) {
            failedAgain = true;
            return true;
        }
        return isFlushing() && willBeSentAgain();
    }

    private boolean willBeSentAgain() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        if (held.isEmpty() || outbound == null) {
            return false;
        }
        if (failed == null) {
            failed = new BitSet();
        }
        failed.set(queued - 1 - outbound.size());
        return true;
    }

    @Override
    void flushed() {
        queued = 0;
        for (int i = 0; !held.isEmpty(); i++) {
            DatagramPacket datagram = held.remove();
            if (failed != null && failed.get(i)) {
                sendAgain(datagram);
            }
            datagram.release();
        }
        failed = null;
        mayFragmentAgain();
    }

    private void sendAgain(DatagramPacket datagram) {
        int left = MAX_MORE_TRIES;
        do {
            left--;
            sendingAgain = left > 0; // the rest of the burst may have caused the next error
            failedAgain = false;
            var _ = channel.writeAndFlush(datagram.retain(), channel.voidPromise());
        } while (failedAgain);
        sendingAgain = false;
    }

    private void mayFragmentAgain() {
        if (dontFragment && isOpen() && !hasBacklog()) {
            dontFragment = false;
            LinuxOptions.dontFragment(channel, relaySocket.family(), false);
        }
    }

    /** The event loop came by, but not for a datagram: there are errors. */
    @Override
    void readNothing() {
        if (errors == null || !isOpen()) {
            return;
        }
        int socket = ((UnixChannel) channel).fd().intValue();
        for (int i = 0; i < MAX_ERRORS_PER_TURN && errors.read(socket); i++) {
            TransportAddress sentTo = errors.peer();
            if (sentTo != null && errors.isIcmp()) {
                shard.handleIcmp(relaySocket, sentTo, errors.type(), errors.code(), errors.info());
            } else if (errors.isTooBigHere()) {
                tooBigHere(errors.info());
            }
        }
    }

    /** This machine is the first hop, and the client wants to hear of its MTU as of any other. */
    private void tooBigHere(long mtu) {
        TransportAddress peer = unfragmentedPeer;
        unfragmentedPeer = null; // the second attempt has failed, too
        if (peer != null && peer.ip().isIpv4()) {
            shard.handleIcmp(relaySocket, peer, IPV4_DESTINATION_UNREACHABLE, IPV4_FRAGMENTATION_NEEDED, mtu);
        } else if (peer != null) {
            shard.handleIcmp(relaySocket, peer, IPV6_PACKET_TOO_BIG, 0, mtu);
        }
    }
}
