/**
 * The load generator, a process of its own on a core of its own. It plays thousands of TURN clients and their peers over
 * one packet socket: a frame that it sends enters the server's network stack as if it came from any address, and what
 * the server sends lies in a ring of shared memory. So it needs far less time per packet than a relay, which has to go
 * through the socket layer twice, and is not what limits a measurement.
 */
@NullMarked
package io.rift.bench.load;

import org.jspecify.annotations.NullMarked;
