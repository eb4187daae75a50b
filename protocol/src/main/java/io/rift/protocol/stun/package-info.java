/**
 * STUN (RFC 8489): a {@link io.rift.protocol.stun.StunMessage} is a checked view over the bytes of one datagram, a
 * {@link io.rift.protocol.stun.StunEncoder} writes one, and each attribute is one typed
 * {@link io.rift.protocol.stun.StunAttribute} that serves both.
 *
 * <p>Reading never throws on hostile bytes: {@code parse} answers null for what is no STUN message, and an accessor
 * answers null for an attribute that is absent or whose value is malformed.
 */
@NullMarked
package io.rift.protocol.stun;

import org.jspecify.annotations.NullMarked;
