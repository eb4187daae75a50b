/** Which peers a TURN client may reach: never a special-purpose address unless the operator says so. */
@NullMarked
package io.rift.server.core.peerpolicy;

import org.jspecify.annotations.NullMarked;
