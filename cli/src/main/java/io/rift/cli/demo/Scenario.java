package io.rift.cli.demo;

import io.rift.cli.process.Launch;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.PathType;

/**
 * Two peers that connect through the stage's server.
 *
 * @param title what the pair stands for
 * @param alice where the calling peer runs
 * @param bob where the called peer runs
 * @param bind the local address of both peers' sockets, or empty for all
 * @param policy which candidates both may use
 * @param expected the path that they must end on
 */
record Scenario(String title, Launch alice, Launch bob, String bind, IceTransportPolicy policy, PathType expected) {}
