package io.rift.peer.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;

/** What a {@link TurnClient} wants done, or wants known. */
public sealed interface TurnOutput {

    /**
     * Send a datagram to the server.
     *
     * @param datagram between position and limit, a STUN message
     */
    record Transmit(ByteBuffer datagram) implements TurnOutput {}

    /**
     * There is an allocation.
     *
     * @param relayedAddress what peers send to
     * @param mappedAddress our address as the server sees it
     * @param lifetimeSeconds what the server granted; the client refreshes in time
     */
    record Allocated(TransportAddress relayedAddress, TransportAddress mappedAddress, long lifetimeSeconds)
            implements TurnOutput {}

    /**
     * There is no allocation and this client stopped trying; {@link TurnClient#allocate} tries again.
     *
     * @param failure the reason
     * @param code the error code of the response, 0 when there was none
     */
    record AllocationFailed(TurnFailure failure, int code) implements TurnOutput {}

    /**
     * The allocation is gone; {@link TurnClient#allocate} makes another.
     *
     * @param relayedAddress the address that was ours
     * @param failure the reason
     * @param code the error code of the response, 0 when there was none
     */
    record AllocationLost(TransportAddress relayedAddress, TurnFailure failure, int code) implements TurnOutput {}

    /**
     * Peers at this address may now send to us, and we to them.
     *
     * @param peer the address
     */
    record PermissionInstalled(IpAddress peer) implements TurnOutput {}

    /**
     * There is no permission for this address, or no more.
     *
     * @param peer the address
     * @param code the error code of the response, 0 when there was none
     */
    record PermissionRefused(IpAddress peer, int code) implements TurnOutput {}

    /**
     * Data to and from this peer travels as ChannelData from now on.
     *
     * @param peer the peer
     * @param number 0x4000 to 0x4FFF
     */
    record ChannelBound(TransportAddress peer, int number) implements TurnOutput {}

    /**
     * There is no channel; data goes on in Send indications.
     *
     * @param peer the peer
     * @param code the error code of the response, 0 when there was none
     */
    record ChannelRefused(TransportAddress peer, int code) implements TurnOutput {}

    /** The server no longer takes our credentials: hand over fresh ones with {@link TurnClient#credentials}. */
    record CredentialsNeeded() implements TurnOutput {}

    /** The allocation is deleted, or was left to expire because the server does not answer. */
    record Closed() implements TurnOutput {}
}
