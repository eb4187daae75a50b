package io.rift.peer.core.secure;

import io.rift.protocol.secure.HandshakeType;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * What a rendezvous can do that is not on our side: it knows the ICE passwords, hence the introduction keys, so it reads
 * and forges everything that only these protect.
 */
final class EvilRendezvous {

    private final HandshakeChannel toResponder;
    private final HandshakeChannel toInitiator;

    EvilRendezvous(TestParty initiator, TestParty responder) {
        SplittableRandom random = new SplittableRandom(666);
        toResponder = new HandshakeChannel(initiator.toward(responder), Role.INITIATOR, random, new DropCounters());
        toInitiator = new HandshakeChannel(responder.toward(initiator), Role.RESPONDER, random, new DropCounters());
    }

    /** The message in a datagram of the initiator. */
    byte[] readFromInitiator(byte[] datagram) {
        return toInitiator.open(ByteBuffer.wrap(datagram)).bytes();
    }

    /** The message in a datagram of the responder. */
    byte[] readFromResponder(byte[] datagram) {
        return toResponder.open(ByteBuffer.wrap(datagram)).bytes();
    }

    /** A message that looks as if the initiator had sent it. */
    byte[] forgeFromInitiator(HandshakeType type, byte[] message) {
        return toResponder.seal(type, 0, TestParty.BOB_INDEX, message).getFirst();
    }

    /** A message that looks as if the responder had sent it. */
    byte[] forgeFromResponder(HandshakeType type, byte[] message) {
        return toInitiator.seal(type, 0, TestParty.ALICE_INDEX, message).getFirst();
    }
}
