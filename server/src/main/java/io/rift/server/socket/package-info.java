/**
 * The sockets of the server for STUN and TURN, and the only place that knows Netty's transports.
 *
 * <p>One event loop is one shard, and owns one {@link io.rift.server.core.turn.TurnServer}, a socket on every listening
 * address, and the relay sockets of its clients; the kernel spreads clients over the shards by their 5-tuple
 * ({@code SO_REUSEPORT}), so a client's packets stay on one thread from arrival to departure.
 *
 * <p>A datagram is received into a slot of a {@link io.rift.server.socket.ReceiveSlab} with room in front of it, the
 * core writes a header there or steps over one, and the same bytes leave through another socket of the same loop.
 * Nothing is copied. Many datagrams come in with one {@code recvmmsg}; what they cause goes out, per socket, with one
 * {@code sendmmsg} when the burst has been read.
 *
 * <p>A client over TCP or TLS is a {@link io.rift.server.socket.ClientConnection} on the same loop. It costs one copy in
 * each direction, which frees the receive memory of a shard from whoever does not read; the core sees no difference.
 *
 * <p>The seam to another data plane (own system calls, GSO, io_uring) is {@link io.rift.server.socket.TurnSockets}: it
 * opens, reports counters, and closes. Nothing outside sees a channel or a buffer.
 */
@NullMarked
package io.rift.server.socket;

import org.jspecify.annotations.NullMarked;
