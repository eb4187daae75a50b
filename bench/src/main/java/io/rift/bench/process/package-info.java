/** Servers as processes: how to start them, and what the kernel says that they use. */
@NullMarked
package io.rift.bench.process;

import org.jspecify.annotations.NullMarked;
