/**
 * End-to-end encryption: identities, the three-message handshake and the session that seals and opens datagrams. The
 * normative text is PROTOCOL.md, "End-to-end encryption".
 *
 * <p>Before the handshake each peer learns an {@link io.rift.peer.core.secure.Introduction} of the other through the
 * rendezvous. With both of them, {@link io.rift.peer.core.secure.Handshake} runs on the first path that works: the
 * connecting peer {@linkplain io.rift.peer.core.secure.Handshake#initiate initiates}, the other
 * {@linkplain io.rift.peer.core.secure.Handshake#respond responds}. It takes every 0xE1 datagram and all time, and gives
 * {@link io.rift.peer.core.secure.HandshakeOutput} out; after each input the caller polls until {@code null} and then
 * asks for the next deadline. {@link io.rift.peer.core.secure.SecureSession} appears in those outputs. It seals what
 * leaves; what arrives (0xE3) goes through {@link io.rift.peer.core.secure.Handshake#handlePayload}, which knows when a
 * packet has to wait for the keys.
 *
 * <p>Keys belong to receiver indices and never to addresses, so a path may change at any time. Nothing here trusts the
 * rendezvous: a server that swaps an identity, a nonce, a capability or a key share makes the connection fail. Hostile
 * bytes are dropped and counted by {@link io.rift.peer.core.secure.DropReason}; nothing is thrown for them.
 *
 * <p>Objects here belong to one thread at a time. Secrets are overwritten when they are no longer needed, as far as Java
 * allows: the garbage collector may have copied them before.
 */
@NullMarked
package io.rift.peer.core.secure;

import org.jspecify.annotations.NullMarked;
