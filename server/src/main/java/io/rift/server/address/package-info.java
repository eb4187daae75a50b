/**
 * Which addresses this node has: what to listen on, where relayed transport addresses live, what clients are told, and
 * what no client may reach through the relay because it is the node itself.
 */
@NullMarked
package io.rift.server.address;

import org.jspecify.annotations.NullMarked;
