package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.peerpolicy.PeerPolicy;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8656 section 9: an IP address from and to which an allocation relays, with the ports of it to which Send
 * indications have gone lately.
 */
final class Permission extends Deadline {
    private final Allocation allocation;
    private final TransportAddress key;
    private final AddressTable<Route> routes;
    private PeerPolicy policy;
    private boolean coversANewPort = true;

    /**
     * A permission under its key, the IP address with port 0.
     *
     * @param policy by which it was granted
     * @param hashKey of the table of ports
     */
    Permission(Allocation allocation, TransportAddress key, PeerPolicy policy, long hashKey) {
        this.allocation = allocation;
        this.key = key;
        this.routes = new AddressTable<>(hashKey);
        this.policy = policy;
    }

    Allocation allocation() {
        return allocation;
    }

    TransportAddress key() {
        return key;
    }

    /** By which policy it was found good last. */
    PeerPolicy policy() {
        return policy;
    }

    void foundGoodBy(PeerPolicy changed) {
        policy = changed;
    }

    /** The way to a port to which a Send indication has gone lately, or null. */
    @Nullable Route route(int port) {
        return routes.get(key.ip().family(), key.ip().high(), key.ip().low(), port);
    }

    void add(Route route) {
        routes.put(route.peer(), route);
    }

    /** The ports to which Send indications have gone lately. */
    int routes() {
        return routes.size();
    }

    /** Forgets the ports that were not used since it was asked last; answers how many. */
    int forgetUnusedRoutes() {
        int before = routes.size();
        routes.removeIf(route -> !route.wasUsed());
        return before - routes.size();
    }

    /** Tokens that a port costs to which nothing has gone yet: the first one was paid for with the permission. */
    int costOfANewPort() {
        return coversANewPort ? 0 : 1;
    }

    void turnedToANewPort() {
        coversANewPort = false;
    }
}
