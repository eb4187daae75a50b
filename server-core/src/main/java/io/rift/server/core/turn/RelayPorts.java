package io.rift.server.core.turn;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/** The ports of this shard's relay sockets. Other shards and programs use ports too, so an open may still fail. */
final class RelayPorts {

    /** The answer when no port is left. */
    static final int NONE = -1;

    private final PortRange range;
    private final RandomGenerator random;
    private final BitSet taken = new BitSet();
    private int free;

    RelayPorts(PortRange range, RandomGenerator random) {
        this.range = range;
        this.random = random;
        this.free = range.size();
    }

    /**
     * Takes a port, or with {@link Opening.Ports#EVEN_AND_NEXT} that and the next one: the first that will do from a
     * random one on, as a relayed transport address should be hard to guess.
     *
     * @return the port, or {@link #NONE}
     */
    int take(Opening.Ports wanted) {
        if (free == 0) {
            return NONE;
        }
        int start = random.nextInt(range.size());
        for (int i = 0; i < range.size(); i++) {
            int port = range.first() + (start + i) % range.size();
            if (suits(port, wanted)) {
                take(port);
                if (wanted == Opening.Ports.EVEN_AND_NEXT) {
                    take(port + 1);
                }
                return port;
            }
        }
        return NONE;
    }

    private boolean suits(int port, Opening.Ports wanted) {
        if (taken.get(port)) {
            return false;
        }
        return switch (wanted) {
            case ANY -> true;
            case EVEN -> port % 2 == 0;
            case EVEN_AND_NEXT -> port % 2 == 0 && port < range.last() && !taken.get(port + 1);
        };
    }

    private void take(int port) {
        taken.set(port);
        free--;
    }

    void release(int port) {
        if (!taken.get(port)) {
            throw new IllegalStateException("port " + port + " is released but not taken");
        }
        taken.clear(port);
        free++;
    }
}
