/**
 * {@code rift bench churn}: clients that come and go, politely or not, and a server that has to end where it began.
 * Everything is on loopback, with real sockets, and needs no root.
 */
@NullMarked
package io.rift.bench.churn;

import org.jspecify.annotations.NullMarked;
