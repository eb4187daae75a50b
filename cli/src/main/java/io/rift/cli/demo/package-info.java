/**
 * {@code rift demo}: the whole chain on one machine, and the proof of what is said about it. A {@link
 * io.rift.cli.demo.Stage} has a server and the networks of the peers; a {@link io.rift.cli.demo.Scenario} is one pair of
 * peers on it; its {@link io.rift.cli.demo.Outcome} is a list of claims, each true or not.
 */
@NullMarked
package io.rift.cli.demo;

import org.jspecify.annotations.NullMarked;
