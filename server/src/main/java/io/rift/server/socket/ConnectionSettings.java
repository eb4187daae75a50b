package io.rift.server.socket;

/**
 * What to open for clients that connect.
 *
 * @param tcpPort port for STUN and TURN over TCP, 0 for any, negative for none
 * @param bounds of all connections together
 */
public record ConnectionSettings(int tcpPort, ConnectionBounds bounds) {}
