/** The client side of STUN over UDP: requests that are sent again until they are answered or given up. */
@NullMarked
package io.rift.peer.core.stun;

import org.jspecify.annotations.NullMarked;
