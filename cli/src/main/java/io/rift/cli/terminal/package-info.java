/** Output for persons. */
@NullMarked
package io.rift.cli.terminal;

import org.jspecify.annotations.NullMarked;
