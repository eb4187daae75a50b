package io.rift.bench.relay;

import io.rift.bench.load.Mode;

/**
 * One line of the table.
 *
 * @param mode which way the data goes
 * @param payloadBytes application data of a packet
 * @param allocations over which the packets are spread in turn
 */
public record Cell(Mode mode, int payloadBytes, int allocations) {}
