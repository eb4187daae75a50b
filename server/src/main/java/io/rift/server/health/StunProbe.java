package io.rift.server.health;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/** One Binding request from a fresh socket, like any client's, and the wait for its answer. */
final class StunProbe implements AutoCloseable {

    private static final int MAX_RESPONSE_BYTES = 1500;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DatagramSocket socket;
    private final TransactionId transactionId = TransactionId.random(RANDOM);

    private StunProbe(DatagramSocket socket) {
        this.socket = socket;
    }

    /**
     * Sends the request.
     *
     * @throws IOException if it cannot even be sent
     */
    static StunProbe send(TransportAddress server) throws IOException {
        StunProbe probe = new StunProbe(new DatagramSocket());
        try {
            probe.socket.connect(server.toSocketAddress());
            byte[] request = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, probe.transactionId)
                    .encodeWithFingerprint();
            probe.socket.send(new DatagramPacket(request, request.length));
            return probe;
        } catch (IOException e) {
            probe.close();
            throw e;
        }
    }

    /** Whether the right answer comes before the deadline. Blocks. */
    boolean isAnswered(long deadlineNanos) {
        byte[] bytes = new byte[MAX_RESPONSE_BYTES];
        DatagramPacket response = new DatagramPacket(bytes, bytes.length);
        try {
            while (true) {
                long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                socket.setSoTimeout((int) Math.max(1, leftMillis));
                socket.receive(response);
                if (isRight(ByteBuffer.wrap(bytes, 0, response.getLength()))) {
                    return true;
                }
                if (leftMillis <= 0) {
                    return false;
                }
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) { // the port is closed: ICMP says so to a connected socket
            return false;
        }
    }

    private boolean isRight(ByteBuffer datagram) {
        StunMessage message = StunMessage.parse(datagram);
        return message != null
                && message.is(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING)
                && message.transactionId().equals(transactionId)
                && new TransportAddress(IpAddress.of(socket.getLocalAddress()), socket.getLocalPort())
                        .equals(message.get(StunAttributes.XOR_MAPPED_ADDRESS));
    }

    @Override
    public void close() {
        socket.close();
    }
}
