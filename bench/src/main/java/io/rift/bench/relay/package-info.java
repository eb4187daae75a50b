/**
 * {@code rift bench relay}: this server and coturn in the same network namespaces, under the same load, in turns.
 *
 * <pre>
 *   core 0                                        core 1
 *   +--------------------------------+            +----------------------------------+
 *   | namespace "server" 203.0.113.1 |---(veth)---| namespace "load"                 |
 *   |  rift :3478, coturn :3479      |            |  clients 198.18.0.0/16           |
 *   +--------------------------------+            |  peers   198.19.0.0/16           |
 *                                                 +----------------------------------+
 * </pre>
 */
@NullMarked
package io.rift.bench.relay;

import org.jspecify.annotations.NullMarked;
