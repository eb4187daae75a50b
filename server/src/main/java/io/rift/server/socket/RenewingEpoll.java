package io.rift.server.socket;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/**
 * Netty's epoll, but for one fault of 4.2.18: a socket that waits for nothing is taken out of the kernel's set, and when
 * it waits for something again Netty changes its entry there, which does not exist any more, and gives the socket up. That
 * is the state of a TCP connection whose other end has said that it sends nothing more, and that could be sent more.
 * Here such a socket is registered anew.
 */
final class RenewingEpoll implements IoHandler {

    private final IoHandler epoll;

    private RenewingEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return new IoHandlerFactory() {
            @Override
            public IoHandler newHandler(ThreadAwareExecutor executor) {
                return new RenewingEpoll(factory.newHandler(executor));
            }

            @Override
            public boolean isChangingThreadSupported() {
                return factory.isChangingThreadSupported();
            }
        };
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Renewed(handle, epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private final class Renewed implements IoRegistration {
        private final IoHandle handle;
        private IoRegistration current;
        private boolean isInKernel;

        Renewed(IoHandle handle, IoRegistration first) {
            this.handle = handle;
            this.current = first;
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // the signature is Netty's
        public <T> T attachment() {
            return current.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean waits = !ops.equals(EpollIoOps.NONE);
            if (isInKernel && !waits && current.isValid()) {
                isInKernel = false;
                current.cancel();
                current = registerAnew();
                return 0;
            }
            long submitted = current.submit(ops);
            isInKernel = waits;
            return submitted;
        }

        private IoRegistration registerAnew() {
            try {
                return epoll.register(handle);
            } catch (Exception e) {
                throw new IllegalStateException("a socket could not be registered anew", e);
            }
        }

        @Override
        public boolean isValid() {
            return current.isValid();
        }

        @Override
        public boolean cancel() {
            return current.cancel();
        }
    }
}
