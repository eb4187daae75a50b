/**
 * Proof that nobody on the way reads along: a {@link io.rift.cli.capture.Canary} is the text that peers say to each
 * other, and a {@link io.rift.cli.capture.PacketCapture} is what a tap saw. The search is made to find a leak, not to
 * miss one: it looks through the mask of WebSocket frames, through TCP segments, and for usual encodings.
 */
@NullMarked
package io.rift.cli.capture;

import org.jspecify.annotations.NullMarked;
