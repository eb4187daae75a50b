/**
 * Reliable, ordered messages over sealed packets that may be lost, doubled and reordered; PROTOCOL.md, "Channels".
 *
 * <p>A {@link io.rift.peer.core.channel.MessageChannel} is the pair of a {@code FragmentSender} and a
 * {@code FragmentReceiver} for one connection and one kind of traffic. It knows neither keys nor addresses: frames go in
 * and out, time is an argument. Messages are cut into fragments, each with a sequence number that stays and a
 * transmission number that is new every time it is sent, so that an acknowledgement is never ambiguous (the idea of
 * QUIC's packet numbers). Loss detection and probe time-outs follow RFC 9002, acknowledgements carry ranges like TCP's
 * SACK (RFC 2018), the congestion window is NewReno's with CUBIC's milder decrease, and the receiver grants credit in
 * fragments as the application consumes messages.
 */
@NullMarked
package io.rift.peer.core.channel;

import org.jspecify.annotations.NullMarked;
