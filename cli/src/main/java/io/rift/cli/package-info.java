/**
 * The command line. Each {@code XCommand} reads the options of one command and leaves the work to others: {@link
 * io.rift.cli.demo} shows the whole chain, {@link io.rift.cli.process} runs servers and peers as processes, {@link
 * io.rift.cli.lab} builds a small internet with NATs, {@link io.rift.cli.capture} looks for plaintext.
 */
@NullMarked
package io.rift.cli;

import org.jspecify.annotations.NullMarked;
