package io.rift.simulation.network;

import io.rift.protocol.IpAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * One simulated world: its clock, its randomness, its trace and the public Internet, to which everything else attaches.
 */
public final class Network {
    private static final long WALL_SECONDS_AT_START = 1_800_000_000L;

    private final long seed;
    private final SplittableRandom seeds;
    private final VirtualTime time;
    private final Trace trace;
    private final RandomGenerator random;
    private final Realm internet;

    /** A world whose clock starts at an instant that follows from the seed and may lie below zero. */
    public Network(long seed) {
        this(seed, new SplittableRandom(seed ^ 0x5EED).nextLong());
    }

    /** A world whose monotonic clock starts at the given instant. */
    public Network(long seed, long startNanos) {
        this.seed = seed;
        this.seeds = new SplittableRandom(seed);
        this.time = new VirtualTime(startNanos, WALL_SECONDS_AT_START);
        this.trace = new Trace(time);
        this.random = randomGenerator();
        this.internet = realm("internet");
    }

    /** What everything random here follows from. */
    public long seed() {
        return seed;
    }

    /** The clock. */
    public VirtualTime time() {
        return time;
    }

    /** What happened to every datagram. */
    public Trace trace() {
        return trace;
    }

    /** The public address realm. */
    public Realm internet() {
        return internet;
    }

    /** A further source of randomness, independent of the others and determined by the seed and the order of calls. */
    public RandomGenerator randomGenerator() {
        return seeds.split();
    }

    /** Another address realm, which reaches others only through a NAT that is put at its edge. */
    public Realm realm(String name) {
        return new Realm(name, time, trace, random);
    }

    /** A host with one address. */
    public Host host(String name, Realm realm, String address, Link link) {
        Host host = new Host(name, time, trace, randomGenerator());
        host.attach(realm, IpAddress.parse(address), link);
        return host;
    }

    /** A host with one address behind a firewall that translates nothing. */
    public Host host(String name, Realm realm, String address, Link link, Firewall firewall) {
        Host host = new Host(name, time, trace, randomGenerator());
        host.attach(realm, IpAddress.parse(address), link, firewall);
        return host;
    }

    /** Joins two realms by a NAT with one external address; it becomes the gateway of the inner one. */
    public Nat nat(String name, NatBehavior behavior, Realm inner, Realm outer, String externalAddress, Link link) {
        return new Nat(
                name, behavior, inner, outer, IpAddress.parse(externalAddress), link, time, trace, randomGenerator());
    }

    /** A firewall for {@link #host(String, Realm, String, Link, Firewall)}. */
    public Firewall firewall(NatBehavior.Filtering filtering, Duration timeout) {
        return new Firewall(filtering, timeout, time);
    }
}
