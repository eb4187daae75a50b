/** The public library. */
@NullMarked
package io.rift.peer;

import org.jspecify.annotations.NullMarked;
