package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS on one connection, which ends when many records come that hold no data. Each of them costs work on the event loop.
 * And a request for other keys (RFC 8446 section 4.6.3) costs an answer, which is written whether the client reads or not:
 * so it is only forgiven to those who send data and read. And it ends when a client of TLS 1.2 wants to begin anew: one
 * handshake is what it may cost.
 */
final class TlsConnection extends SslHandler {

    /** With those of the handshake. */
    static final int MAX_EMPTY_RECORDS = 64;

    /** So many with data make up for one without. */
    static final int RECORDS_FOR_ONE = 64;

    private static final int HANDSHAKE = 22;
    private static final int MAX_CREDIT = MAX_EMPTY_RECORDS * RECORDS_FOR_ONE;

    private final Consumer<ConnectionEnd> beforeTheEnd;
    private int credit = MAX_CREDIT;
    private boolean dataCame;
    private boolean ended;

    /**
     * The server's side of a handshake that is about to begin.
     *
     * @param beforeTheEnd learns why it is about to close the connection
     */
    TlsConnection(SSLEngine engine, Executor threads, Consumer<ConnectionEnd> beforeTheEnd) {
        super(engine, threads);
        this.beforeTheEnd = beforeTheEnd;
    }

    /** What has to stand behind this handler, to see which records hold data. */
    ChannelInboundHandler data() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                dataCame = true;
                context.fireChannelRead(message);
            }
        };
    }

    /** Decodes one record. */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws SSLException {
        if (ended) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.isReadable()
                && in.getByte(in.readerIndex()) == HANDSHAKE
                && handshakeFuture().isSuccess()) {
            end(context, ConnectionEnd.TLS_FAILED); // what TLS 1.3 has after its handshake is in records of other types
            return;
        }
        int before = in.readableBytes();
        dataCame = false;
        super.decode(context, in, out);
        if (dataCame) {
            credit += context.channel().isWritable() && credit < MAX_CREDIT ? 1 : 0;
        } else if (in.readableBytes() < before) {
            credit -= RECORDS_FOR_ONE;
        }
        if (credit < 0) {
            end(context, ConnectionEnd.EMPTY_RECORDS);
        }
    }

    private void end(ChannelHandlerContext context, ConnectionEnd reason) {
        ended = true;
        beforeTheEnd.accept(reason);
        var _ = context.close(); // now: whoever does not read would not read a goodbye either
    }
}
