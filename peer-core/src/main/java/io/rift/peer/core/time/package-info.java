/** Deadlines on a monotonic clock that somebody else reads: values are nanoseconds and compared by subtraction. */
@NullMarked
package io.rift.peer.core.time;

import org.jspecify.annotations.NullMarked;
