package io.rift.bench.load;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The system calls that Java has no class for. One instance is for one thread. */
@SuppressWarnings("restricted") // calling C is what this class is for
final class Linux {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO_OF = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET = function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
    private static final MethodHandle BIND = function("bind", FunctionDescriptor.of(INT, INT, POINTER, INT));
    private static final MethodHandle SETSOCKOPT =
            function("setsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, INT));
    private static final MethodHandle GETSOCKOPT =
            function("getsockopt", FunctionDescriptor.of(INT, INT, INT, INT, POINTER, POINTER));
    private static final MethodHandle MMAP =
            function("mmap", FunctionDescriptor.of(POINTER, POINTER, LONG, INT, INT, INT, LONG));
    private static final MethodHandle SENDMMSG =
            function("sendmmsg", FunctionDescriptor.of(INT, INT, POINTER, INT, INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    private final MemorySegment state = Arena.ofAuto().allocate(STATE);

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, ERRNO);
    }

    int socket(int domain, int type, int protocol) {
        try {
            return checked("socket", (int) SOCKET.invokeExact(state, domain, type, protocol));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void bind(int socket, MemorySegment address) {
        try {
            int _ = checked("bind", (int) BIND.invokeExact(state, socket, address, (int) address.byteSize()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void setOption(int socket, int level, int option, MemorySegment value) {
        try {
            int _ = checked("setsockopt " + option, (int)
                    SETSOCKOPT.invokeExact(state, socket, level, option, value, (int) value.byteSize()));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void option(int socket, int level, int option, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocate(INT);
            length.set(INT, 0, (int) value.byteSize());
            int _ = checked(
                    "getsockopt " + option, (int) GETSOCKOPT.invokeExact(state, socket, level, option, value, length));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    MemorySegment map(int file, long bytes) {
        try {
            MemorySegment mapped = (MemorySegment)
                    MMAP.invokeExact(state, MemorySegment.NULL, bytes, PROT_READ_WRITE, MAP_SHARED, file, 0L);
            if (mapped.address() == MAP_FAILED) {
                throw failure("mmap");
            }
            return mapped.reinterpret(bytes);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Returns how many of the messages were sent, 0 when none could be just now. */
    int sendmmsg(int socket, MemorySegment messages, int count) {
        try {
            return Math.max(0, (int) SENDMMSG.invokeExact(state, socket, messages, count, 0));
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    void close(int file) {
        try {
            int _ = (int) CLOSE.invokeExact(state, file);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private int checked(String call, int result) {
        if (result < 0) {
            throw failure(call);
        }
        return result;
    }

    private IllegalStateException failure(String call) {
        return new IllegalStateException(call + " failed with errno " + (int) ERRNO_OF.get(state, 0L));
    }

    private static RuntimeException unexpected(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException known -> known;
            default -> new IllegalStateException(e);
        };
    }
}
