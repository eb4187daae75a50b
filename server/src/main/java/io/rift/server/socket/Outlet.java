package io.rift.server.socket;

/** What collects during a burst and goes out with few system calls when the burst ends. */
interface Outlet {

    /** Sends what has been collected. */
    void flush();
}
