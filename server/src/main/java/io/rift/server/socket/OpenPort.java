package io.rift.server.socket;

/** Something of one shard that listens at one address and port. */
interface OpenPort {

    /** The port that it is bound to. */
    int port();

    /** Closes it, from any thread. */
    void stop();
}
