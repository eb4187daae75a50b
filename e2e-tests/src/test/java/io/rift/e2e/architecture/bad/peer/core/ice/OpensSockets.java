package io.rift.e2e.architecture.bad.peer.core.ice;

import java.net.DatagramSocket;

/** Pure code with a socket. */
public final class OpensSockets {
    DatagramSocket wrong;
}
