/** The commands below {@code rift bench}. */
@NullMarked
package io.rift.bench;

import org.jspecify.annotations.NullMarked;
