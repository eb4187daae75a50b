package io.rift.e2e.architecture.bad.server;

import io.netty.buffer.ByteBuf;

/** Netty outside the socket package. */
final class UsesNetty {
    ByteBuf wrong;
}
