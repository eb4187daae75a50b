package io.rift.server.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Finds two sockets of this server on one port, which would else look as if another program had it. */
public final class DistinctPorts {

    private final String protocol;
    private final Map<Integer, String> keyByPort = new LinkedHashMap<>();

    /**
     * No ports yet.
     *
     * @param protocol that they are of, such as UDP
     */
    public DistinctPorts(String protocol) {
        this.protocol = protocol;
    }

    /**
     * Adds one; 0 is any free port, and a negative one is none.
     *
     * @param key of its setting
     * @throws ConfigurationException if another one has that number
     */
    public DistinctPorts add(String key, int port) {
        String former = port > 0 ? keyByPort.putIfAbsent(port, key) : null;
        if (former != null) {
            throw new ConfigurationException(
                    key + "=" + port + ": " + former + " has this " + protocol + " port already");
        }
        return this;
    }
}
