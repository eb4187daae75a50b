/** Virtual network. */
@NullMarked
package io.rift.simulation;

import org.jspecify.annotations.NullMarked;
