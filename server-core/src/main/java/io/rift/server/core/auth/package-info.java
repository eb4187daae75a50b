/**
 * Who a client is: long-term credentials (RFC 8489 section 9.2) with static users and with time-limited users of a
 * shared secret, keys by MD5 or SHA-256, and the nonces that prove a client's address before the server keeps any state for it.
 */
@NullMarked
package io.rift.server.core.auth;

import org.jspecify.annotations.NullMarked;
