/** What routers between the relay and a peer say about the relay's datagrams, and how the client hears of it. */
@NullMarked
package io.rift.e2e.fragments;

import org.jspecify.annotations.NullMarked;
