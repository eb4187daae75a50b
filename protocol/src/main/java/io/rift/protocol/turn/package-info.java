/**
 * What TURN (RFC 8656) adds to STUN: methods, attributes and the two ways to carry data. The headers of relayed data are
 * written in place, in front of a payload, so that a relay copies nothing.
 */
@NullMarked
package io.rift.protocol.turn;

import org.jspecify.annotations.NullMarked;
