/**
 * Whole programs: real processes on real (and really nasty) networks, foreign clients, and the rules of the architecture.
 * A test here says what it needs of the machine through {@link io.rift.e2e.Needs}.
 */
package io.rift.e2e;
