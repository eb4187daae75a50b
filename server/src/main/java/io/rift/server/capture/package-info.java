/** What a tap at the server would see, written to a file on request. */
@NullMarked
package io.rift.server.capture;

import org.jspecify.annotations.NullMarked;
