/**
 * The client of a TURN server (RFC 8656 over UDP), as a pure state machine: one allocation, its permissions and channels.
 *
 * <p>Control messages are polled outputs. Relayed data takes no detour: {@link io.rift.peer.core.turn.TurnClient#wrap}
 * writes the header in front of the payload, {@link io.rift.peer.core.turn.TurnClient#handleChannelData} narrows the
 * datagram to its payload. A channel allocates nothing per packet.
 */
@NullMarked
package io.rift.peer.core.turn;

import org.jspecify.annotations.NullMarked;
