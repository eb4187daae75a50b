/** Pure state machines of the server. */
@NullMarked
package io.rift.server.core;

import org.jspecify.annotations.NullMarked;
