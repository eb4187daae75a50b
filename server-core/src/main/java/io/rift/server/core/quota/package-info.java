/**
 * How much one user, and all of them together, may have and do: numbers, rates, and the bucket that holds a rate. And how
 * much may be sent to addresses that nobody has proven to be theirs.
 */
@NullMarked
package io.rift.server.core.quota;

import org.jspecify.annotations.NullMarked;
