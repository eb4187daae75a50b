/** Pure state machines of a peer. */
@NullMarked
package io.rift.peer.core;

import org.jspecify.annotations.NullMarked;
