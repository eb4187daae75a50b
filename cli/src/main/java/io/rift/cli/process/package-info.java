/**
 * The server and peers as processes of their own, for the demo and the end-to-end tests. A peer process is told what to
 * do by {@link io.rift.cli.process.ControlLine}s on its standard input and answers by lines on its standard output; it
 * ends when its input does, and so with whoever started it.
 */
@NullMarked
package io.rift.cli.process;

import org.jspecify.annotations.NullMarked;
