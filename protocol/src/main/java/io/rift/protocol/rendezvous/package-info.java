/**
 * The rendezvous protocol, subprotocol {@code rift.v2}: how two peers find each other through the server.
 *
 * <p>One JSON object per WebSocket text message. {@link io.rift.protocol.rendezvous.RendezvousMessage} is sealed twice
 * over, by direction: a server switches over {@link io.rift.protocol.rendezvous.RendezvousMessage.FromClient}, a client
 * over {@link io.rift.protocol.rendezvous.RendezvousMessage.FromServer}, and neither has a branch for what it can never
 * receive. {@link io.rift.protocol.rendezvous.RendezvousCodec} is the only way from text to a message. It parses, it
 * does not validate: every record checks its own bounds when it is made, so a message that exists is a message that may
 * be sent. What cannot be decoded comes back as a typed refusal, never as an exception.
 *
 * <p>The server is trusted to introduce, not to know: it forwards candidates and never sees a key. Everything a peer
 * must be able to prove to the other one is signed inside {@link io.rift.protocol.rendezvous.PeerParameters} or in the
 * handshake that follows on the path.
 */
@NullMarked
package io.rift.protocol.rendezvous;

import org.jspecify.annotations.NullMarked;
