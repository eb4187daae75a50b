package io.rift.peer.core.ice;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;

/** What an {@link IceAgent} wants done, or wants known. */
public sealed interface IceOutput {

    /**
     * Send a datagram.
     *
     * @param base the socket to send from, or our relayed transport address
     * @param isViaRelay whether {@code base} is a relayed transport address: the TURN client wraps the datagram then
     * @param to the destination
     * @param datagram between position and limit, a STUN message
     */
    record Transmit(TransportAddress base, boolean isViaRelay, TransportAddress to, ByteBuffer datagram)
            implements IceOutput {}

    /**
     * A check through our relay waits for a permission; answer with {@link IceAgent#permissionInstalled} or {@link
     * IceAgent#permissionRefused}.
     *
     * @param peer the address that the TURN client should permit
     */
    record PermissionNeeded(IpAddress peer) implements IceOutput {}

    /**
     * A check succeeded: data may flow over this pair. Comes once for each pair that becomes valid.
     *
     * @param pair the valid pair
     */
    record PairValidated(CandidatePair pair) implements IceOutput {}

    /**
     * Data should flow over this pair from now on: the first valid pair, later the nominated one, or the best that is
     * left when that one is lost.
     *
     * @param pair the pair to use
     */
    record PathSelected(CandidatePair pair) implements IceOutput {}

    /**
     * The controlling side chose this pair and the check with USE-CANDIDATE succeeded. A later nomination replaces an
     * earlier one.
     *
     * @param pair the nominated pair
     */
    record Nominated(CandidatePair pair) implements IceOutput {}

    /** No pair is valid any more. The agent checks all pairs again; {@code PathSelected} or {@code Failed} follows. */
    record PathLost() implements IceOutput {}

    /**
     * A role conflict was resolved.
     *
     * @param role what we are now
     */
    record RoleSwitched(Role role) implements IceOutput {}

    /**
     * No path was found, or none was found again. The agent stays silent from now on.
     *
     * @param failure what was tried
     */
    record Failed(IceFailure failure) implements IceOutput {}
}
