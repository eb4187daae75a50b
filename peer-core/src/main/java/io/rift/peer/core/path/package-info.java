/**
 * What a path is worth: its kind as users and metrics see it, its round trip time, and one small ordered preference by
 * which the ICE agent picks between paths that work.
 */
@NullMarked
package io.rift.peer.core.path;

import org.jspecify.annotations.NullMarked;
