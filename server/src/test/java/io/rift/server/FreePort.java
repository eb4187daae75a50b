package io.rift.server;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/** Ports for who has to be told one before it is open. */
final class FreePort {

    /** Below what kernels choose from, and what a server does for its relays: nobody takes one of these by chance. */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_767;
    private static final int TRIES = 100;

    private FreePort() {}

    /** The first of so many in a row that nobody has, neither for UDP nor for TCP. */
    static int at(String address, int count) throws IOException {
        InetAddress ip = InetAddress.ofLiteral(address);
        for (int i = 0; i < TRIES; i++) {
            int first = RandomGenerator.getDefault().nextInt(FIRST, LAST + 2 - count);
            if (areFree(ip, first, count)) {
                return first;
            }
        }
        throw new IOException("no port is free at " + address);
    }

    private static boolean areFree(InetAddress ip, int first, int count) throws IOException {
        for (int port = first; port < first + count; port++) {
            try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(ip, port));
                    ServerSocket tcp = new ServerSocket(port, 1, ip)) {
                if (udp.getLocalPort() != tcp.getLocalPort()) {
                    throw new IOException("bound elsewhere");
                }
            } catch (BindException e) {
                return false;
            }
        }
        return true;
    }
}
