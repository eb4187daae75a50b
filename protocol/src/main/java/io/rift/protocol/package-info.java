/** Addresses and the first-byte demultiplexer shared by every protocol below. */
@NullMarked
package io.rift.protocol;

import org.jspecify.annotations.NullMarked;
