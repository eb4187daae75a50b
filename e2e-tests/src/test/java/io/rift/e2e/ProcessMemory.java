package io.rift.e2e;

import io.rift.cli.capture.Canary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that a process holds in its memory, in its heap and outside of it (Linux, root). */
final class ProcessMemory {
    private static final int CHUNK_BYTES = 4 << 20;
    private static final int OVERLAP_BYTES = 256;
    private static final Pattern READABLE = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) r\\S+ \\S+ \\S+ \\S+\\s*(.*)");

    private ProcessMemory() {}

    /** Whether the text is there, in plain or in an encoding. */
    static boolean contains(long pid, Canary canary) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        try (FileChannel memory = FileChannel.open(process.resolve("mem"))) {
            for (String line : Files.readAllLines(process.resolve("maps"))) {
                Matcher region = READABLE.matcher(line);
                // [vvar] and [vsyscall] belong to the kernel.
                if (region.matches()
                        && !region.group(3).startsWith("[v")
                        && contains(
                                memory,
                                Long.parseUnsignedLong(region.group(1), 16),
                                Long.parseUnsignedLong(region.group(2), 16),
                                canary)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean contains(FileChannel memory, long from, long to, Canary canary) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (long at = from; at < to; at += CHUNK_BYTES - OVERLAP_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
            try {
                if (memory.read(chunk, at) <= 0) {
                    return false;
                }
            } catch (IOException e) {
                return false; // the region went away, or is no memory
            }
            if (canary.isIn(chunk.flip())) {
                return true;
            }
        }
        return false;
    }
}
