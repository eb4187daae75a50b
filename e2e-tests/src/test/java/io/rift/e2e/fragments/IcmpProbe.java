package io.rift.e2e.fragments;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.IcmpError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TURN client that sends datagrams of given sizes to a peer, one after the other, and prints which ICMP error came back
 * for each: {@code 1200 DF: type 3 code 4 data 1000}. To be run as a process on a host of the lab.
 */
public final class IcmpProbe {

    private static final int TIMEOUT_MILLIS = 5000;
    private static final String USER = "alice";
    private static final String PASSWORD = "wonderland";

    private final SecureRandom random = new SecureRandom();
    private final DatagramSocket socket;
    private final TransportAddress peer;
    private byte @Nullable [] nonce;
    private @Nullable String realm;

    private IcmpProbe(DatagramSocket socket, TransportAddress peer) {
        this.socket = socket;
        this.peer = peer;
    }

    /** The user that the server has to know, as its setting. */
    static String userSetting() {
        return "--rift.turn.users." + USER + "=" + PASSWORD;
    }

    /** Server, peer, and then sizes in bytes, with {@code DF} behind those that must not be fragmented. */
    public static void main(String[] arguments) throws IOException {
        TransportAddress peer = TransportAddress.parse(arguments[1]);
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(TransportAddress.parse(arguments[0]).toSocketAddress());
            socket.setSoTimeout(TIMEOUT_MILLIS);
            IcmpProbe probe = new IcmpProbe(socket, peer);
            probe.allocate();
            probe.request(probe.begin(TurnMethod.CREATE_PERMISSION).add(TurnAttributes.XOR_PEER_ADDRESS, peer));
            for (String datagram : List.of(arguments).subList(2, arguments.length)) {
                boolean dontFragment = datagram.endsWith("DF");
                int bytes = Integer.parseInt(datagram.replace("DF", ""));
                System.out.println(bytes + (dontFragment ? " DF: " : ": ") + probe.send(bytes, dontFragment));
            }
        }
    }

    private void allocate() throws IOException {
        StunMessage challenge = exchange(allocateRequest().encode());
        nonce = challenge.get(StunAttributes.NONCE);
        realm = challenge.get(StunAttributes.REALM);
        request(allocateRequest());
    }

    private StunEncoder allocateRequest() {
        return begin(TurnMethod.ALLOCATE)
                .add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP)
                .add(TurnAttributes.REQUESTED_ADDRESS_FAMILY, peer.ip().family().code())
                .add(TurnAttributes.DONT_FRAGMENT, true);
    }

    private StunEncoder begin(int method) {
        return StunEncoder.of(MessageClass.REQUEST, method, TransactionId.random(random));
    }

    private void request(StunEncoder encoder) throws IOException {
        if (realm == null || nonce == null) {
            throw new IOException("the server sent no challenge");
        }
        encoder.add(StunAttributes.USERNAME, USER)
                .add(StunAttributes.REALM, realm)
                .add(StunAttributes.NONCE, nonce);
        ErrorCode error = exchange(encoder.encodeWithIntegrity(StunKeys.longTerm(USER, realm, PASSWORD)))
                .get(StunAttributes.ERROR_CODE);
        if (error != null) {
            throw new IOException("the server answered " + error);
        }
    }

    private StunMessage exchange(byte[] request) throws IOException {
        socket.send(new DatagramPacket(request, request.length));
        return receive();
    }

    private String send(int bytes, boolean dontFragment) throws IOException {
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) 'x');
        StunEncoder encoder = StunEncoder.of(MessageClass.INDICATION, TurnMethod.SEND, TransactionId.random(random))
                .add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                .add(TurnAttributes.DATA, ByteBuffer.wrap(data));
        byte[] indication = (dontFragment ? encoder.add(TurnAttributes.DONT_FRAGMENT, true) : encoder).encode();
        socket.send(new DatagramPacket(indication, indication.length));
        StunMessage answer = receive();
        IcmpError error = answer.get(TurnAttributes.ICMP);
        if (error == null || !peer.equals(answer.get(TurnAttributes.XOR_PEER_ADDRESS))) {
            throw new IOException("no ICMP error about " + peer);
        }
        return "type " + error.type() + " code " + error.code() + " data " + error.errorData();
    }

    private StunMessage receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
        if (message == null || message.method() == StunMethod.BINDING) {
            throw new IOException("no message of TURN");
        }
        return message;
    }
}
