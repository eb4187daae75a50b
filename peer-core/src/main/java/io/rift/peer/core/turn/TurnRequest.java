package io.rift.peer.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.TurnMethod;

/** What a request asks for. */
sealed interface TurnRequest {

    /** A new allocation. */
    record Allocate() implements TurnRequest {}

    /** A longer life for the allocation. */
    record Refresh() implements TurnRequest {}

    /** Removal of an allocation that an earlier user of our port left behind. */
    record Sweep() implements TurnRequest {}

    /** The end of our allocation. */
    record Delete() implements TurnRequest {}

    /** A permission, new or again. */
    record Permit(IpAddress peer) implements TurnRequest {}

    /** A channel binding, new or again. */
    record Bind(TransportAddress peer, int number) implements TurnRequest {}

    /** The STUN method that asks for it. */
    default int method() {
        return switch (this) {
            case Allocate a -> TurnMethod.ALLOCATE;
            case Refresh r -> TurnMethod.REFRESH;
            case Sweep s -> TurnMethod.REFRESH;
            case Delete d -> TurnMethod.REFRESH;
            case Permit p -> TurnMethod.CREATE_PERMISSION;
            case Bind b -> TurnMethod.CHANNEL_BIND;
        };
    }
}
