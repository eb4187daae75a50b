/** The command line. */
@NullMarked
package io.rift.cli;

import org.jspecify.annotations.NullMarked;
