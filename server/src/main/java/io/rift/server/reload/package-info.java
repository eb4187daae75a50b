/**
 * Reads the configuration again while the server runs: from the same sources, as a whole, and all or nothing. What can
 * change without ending anybody's allocation is applied; what cannot is named.
 */
@NullMarked
package io.rift.server.reload;

import org.jspecify.annotations.NullMarked;
