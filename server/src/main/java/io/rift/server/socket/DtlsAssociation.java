package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.Route;
import io.rift.server.core.turn.TurnServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client over DTLS that has proven its address. The handshake blocks, so it has a virtual thread, to which its
 * datagrams go through a queue of bounded length; from then on everything happens on the shard's event loop.
 */
final class DtlsAssociation implements ConnectedClient {

    /** Flights of a handshake are cut into datagrams of this size, which every path carries. */
    static final int HANDSHAKE_DATAGRAM_BYTES = 1200;

    private static final Logger LOG = LoggerFactory.getLogger(DtlsAssociation.class);

    private static final int MAX_DATAGRAM_BYTES = 65_507;
    private static final int MAX_QUEUED_DATAGRAMS = 16;

    private final Shard shard;
    private final DtlsSocket socket;
    private final byte[] helloRandom;
    private final TransportAddress client;
    private final InetSocketAddress clientSocketAddress;
    private final Connections connections;
    private final ConnectionDeadlines deadlines;
    private final Datagrams datagrams;
    private final byte[] plain = new byte[ReceiveSlab.SLOT_BYTES];

    private @Nullable Thread handshake;
    private @Nullable DTLSTransport established;
    private boolean handshaking;
    private boolean handling;
    private boolean libraryHasClosed;
    private boolean ended;

    /**
     * One that is about to begin.
     *
     * @param helloRandom the random bytes of the ClientHello that it begins with
     */
    DtlsAssociation(
            Shard shard,
            DtlsSocket socket,
            TransportAddress client,
            InetSocketAddress clientSocketAddress,
            byte[] helloRandom) {
        this.shard = shard;
        this.socket = socket;
        this.helloRandom = helloRandom;
        this.client = client;
        this.clientSocketAddress = clientSocketAddress;
        connections = shard.connections();
        datagrams = new Datagrams();
        deadlines = new ConnectionDeadlines(this, connections, shard.loop());
    }

    /** Whether this is of the ClientHello that it began with: one that the network has held back, or somebody else. */
    boolean beganWith(byte[] random) {
        return Arrays.equals(helloRandom, random);
    }

    /**
     * Whether a ClientHello, if its cookie is right, is of a client that has forgotten this association or has given up its
     * handshake: by an alert in the clear, which is not believed. While the handshake goes on, its own one belongs to it,
     * as it comes again when the answer is lost.
     */
    boolean mayBeReplacedBy(byte[] random) {
        return established != null || !beganWith(random);
    }

    /** Starts the handshake. */
    void begin(DTLSRequest request) {
        connections.add(this);
        shard.ends().add(socket.local(), client, this);
        deadlines.start();
        handshaking = true;
        handshake = Thread.ofVirtual().name("rift-dtls").start(() -> {
            try (datagrams.turn) {
                datagrams.turn.take();
                DTLSTransport transport = socket.handshakes().accept(request, datagrams);
                onLoop(() -> handshakeEnded(transport, ConnectionEnd.TLS_FAILED));
            } catch (IOException | InterruptedException e) {
                LOG.debug("a handshake of DTLS has failed", e);
                onLoop(() -> handshakeEnded(null, ConnectionEnd.TLS_FAILED));
            } catch (Throwable e) { // whatever it is, the association ends, and its place is given back
                onLoop(() -> {
                    shard.drops().failed(e instanceof RuntimeException bug ? bug : new IllegalStateException(e));
                    handshakeEnded(null, ConnectionEnd.INTERNAL_ERROR);
                });
            }
        });
    }

    /**
     * Goes on with what the handshake's thread has left.
     *
     * @param failure why there is no transport
     */
    private void handshakeEnded(@Nullable DTLSTransport transport, ConnectionEnd failure) {
        handshaking = false;
        if (ended) {
            socket.handshakes().turns().abandonedHasEnded();
        } else if (transport == null) {
            end(failure);
        } else {
            established(transport);
        }
    }

    private void onLoop(Runnable task) {
        try {
            shard.loop().execute(task);
        } catch (RejectedExecutionException e) {
            // the server stops, and everything with it
        }
    }

    private void established(DTLSTransport transport) {
        established = transport;
        for (byte[] early = datagrams.queue.poll(); early != null && !ended; early = datagrams.queue.poll()) {
            read(early, early.length);
        }
        shard.burstEnds();
    }

    /** Takes a datagram. */
    void received(byte[] datagram, int length) {
        if (!DtlsRecordFilter.passes(datagram, length)) {
            shard.drops().add(established == null ? SocketDrop.BAD_HANDSHAKE : SocketDrop.BAD_RECORD);
        } else if (established != null) {
            read(datagram, length);
        } else if (!datagrams.queue.offer(Arrays.copyOf(datagram, length))) {
            shard.drops().add(SocketDrop.NO_ASSOCIATION);
        }
    }

    private void read(byte[] datagram, int length) {
        DTLSTransport transport = established;
        if (transport == null || ended) {
            return;
        }
        datagrams.offer(datagram, length);
        handling = true;
        try {
            int read = transport.receive(plain, 0, plain.length, 0);
            while (read >= 0 && !ended && !libraryHasClosed) {
                message(read);
                read = transport.receive(plain, 0, plain.length, 0);
            }
        } catch (InterruptedIOException e) {
            // all that the datagram held was read
        } catch (TlsFatalAlertReceived e) {
            close();
        } catch (IOException e) {
            LOG.debug("an association of DTLS has failed", e);
            end(ConnectionEnd.TLS_FAILED);
        } finally {
            if (libraryHasClosed) { // the client has said goodbye
                close();
            }
            handling = false;
            datagrams.offer(datagram, 0);
        }
        if (ended) {
            disconnected();
        }
    }

    private void message(int length) {
        ByteBuffer message = ByteBuffer.wrap(plain, 0, length);
        Route route = shard.handleClientMessage(client, socket.local(), message);
        if (route == null) {
            shard.drain();
            deadlines.spoke();
            return;
        }
        ByteBuf datagram = socket.memory()
                .directBuffer(TurnServer.HEADROOM_BYTES + message.remaining() + TurnServer.TAILROOM_BYTES)
                .setIndex(TurnServer.HEADROOM_BYTES, TurnServer.HEADROOM_BYTES)
                .writeBytes(message);
        if (!shard.sendToPeer(route, datagram)) {
            datagram.release();
        }
    }

    @Override
    public boolean send(ByteBuf message) {
        int length = message.readableBytes();
        byte[] bytes = new byte[length];
        message.getBytes(message.readerIndex(), bytes);
        write(bytes, 0, length);
        return false;
    }

    @Override
    public void sendControl(ByteBuffer message) {
        byte[] bytes = new byte[message.remaining()];
        message.get(bytes);
        write(bytes, 0, bytes.length);
    }

    private void write(byte[] bytes, int offset, int length) {
        DTLSTransport transport = established;
        if (transport == null || ended) {
            return;
        }
        try {
            if (length > transport.getSendLimit()) { // the library would end the association for it
                shard.drops().add(SocketDrop.OVERSIZED);
                return;
            }
            transport.send(bytes, offset, length);
        } catch (IOException e) { // the sequence numbers are used up, or the library has failed
            LOG.debug("an association of DTLS has failed", e);
            end(ConnectionEnd.TLS_FAILED);
        }
    }

    @Override
    public ClientTransport transport() {
        return ClientTransport.DTLS;
    }

    @Override
    public boolean hasAllocation() {
        return shard.hasAllocation(socket.local(), client);
    }

    @Override
    public void end(ConnectionEnd reason) {
        if (!ended) {
            connections.ended(reason);
            close();
        }
    }

    @Override
    public void pushOut() {
        end(ConnectionEnd.PUSHED_OUT);
    }

    /** Says goodbye, and forgets the client. Its places are free, even if its handshake has not noticed yet. */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        deadlines.cancel();
        connections.remove(this);
        shard.ends().remove(socket.local(), client, this);
        connections.limits().leave();
        connections.limits().leaveFrom(client.ip());
        if (handshaking && handshake != null) {
            socket.handshakes().turns().abandoned();
            handshake.interrupt();
        }
        DTLSTransport transport = established;
        established = null;
        if (transport != null) {
            try {
                transport.close();
            } catch (IOException e) {
                // nobody is there to be told
            }
        }
        if (!handling) {
            disconnected();
        }
    }

    private void disconnected() {
        shard.disconnected(socket.local(), client);
    }

    /** What the library takes for the network. */
    private final class Datagrams implements DatagramTransport {

        private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(MAX_QUEUED_DATAGRAMS);
        private final DtlsTurns.Turn turn = socket.handshakes().turns().new Turn();
        private byte[] arrived = {};
        private int arrivedBytes;

        void offer(byte[] datagram, int length) {
            arrived = datagram;
            arrivedBytes = length;
        }

        @Override
        public int getReceiveLimit() {
            return ReceiveSlab.SLOT_BYTES;
        }

        @Override
        public int getSendLimit() {
            return shard.loop().inEventLoop() ? MAX_DATAGRAM_BYTES : HANDSHAKE_DATAGRAM_BYTES;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            if (!shard.loop().inEventLoop()) {
                return await(buffer, offset, length, waitMillis);
            }
            if (arrivedBytes == 0) {
                throw new DatagramRead();
            }
            int read = Math.min(length, arrivedBytes);
            System.arraycopy(arrived, 0, buffer, offset, read);
            arrivedBytes = 0;
            return read;
        }

        private int await(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            try {
                byte[] datagram = queue.poll();
                if (datagram == null) {
                    turn.close();
                    datagram = queue.poll(waitMillis, TimeUnit.MILLISECONDS);
                    turn.take();
                }
                if (datagram == null) {
                    return -1;
                }
                int read = Math.min(length, datagram.length);
                System.arraycopy(datagram, 0, buffer, offset, read);
                return read;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the association has ended");
            }
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            if (shard.loop().inEventLoop()) {
                socket.send(buffer, offset, length, clientSocketAddress);
            } else {
                byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
                onLoop(() -> {
                    if (!ended) { // else an alert because of it, which would end the client's next handshake
                        socket.send(copy, 0, copy.length, clientSocketAddress);
                        shard.burstEnds();
                    }
                });
            }
        }

        /** The library closes when the client has said goodbye, and when it fails, which it only says afterwards. */
        @Override
        public void close() {
            libraryHasClosed = shard.loop().inEventLoop();
        }
    }

    /** The end of a datagram on the event loop, where nobody waits for the next one. The library passes it on. */
    private static final class DatagramRead extends InterruptedIOException {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this; // one per datagram, and nobody looks at it
        }
    }
}
