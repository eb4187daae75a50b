package io.rift.peer.core.session;

/**
 * Names a connection of one endpoint, from the first call or offer to its end; never used twice.
 *
 * @param value counts from 1
 */
public record ConnectionId(long value) {}
