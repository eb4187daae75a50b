package io.rift.cli.capture;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A text that occurs nowhere by chance, and the search for it in bytes of any origin: as UTF-8 or Latin-1, UTF-16 of
 * either byte order, Base64 at any alignment, hexadecimal digits, and XORed with any repeating 4-byte mask (RFC 6455
 * section 5.3), which is how a WebSocket client sends it.
 *
 * @param text at least {@value #MIN_LENGTH} ASCII characters
 */
public record Canary(String text) {
    /** Short texts occur by chance, above all when any mask is allowed. */
    public static final int MIN_LENGTH = 16;

    private static final int MASK_BYTES = 4;

    /** Checks the text. */
    public Canary {
        if (text.length() < MIN_LENGTH
                || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("a canary is at least " + MIN_LENGTH + " ASCII characters: " + text);
        }
    }

    /** A fresh canary. */
    public static Canary random(RandomGenerator random) {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return new Canary("canary-" + HexFormat.of().formatHex(bytes));
    }

    /** Whether the bytes contain this text in one of the forms that the class names. */
    public boolean isIn(ByteBuffer bytes) {
        MemorySegment plain = MemorySegment.ofArray(text.getBytes(StandardCharsets.US_ASCII));
        return isIn(MemorySegment.ofBuffer(bytes))
                || indexOf(unmasked(MemorySegment.ofBuffer(bytes)), unmasked(plain)) >= 0;
    }

    /**
     * Whether a file contains this text, in any form but the masked one. The file may be larger than the heap.
     *
     * @throws IOException if it cannot be read
     */
    public boolean isIn(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            return isIn(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        }
    }

    private boolean isIn(MemorySegment haystack) {
        return forms().stream().anyMatch(form -> indexOf(haystack, MemorySegment.ofArray(form)) >= 0);
    }

    private List<byte[]> forms() {
        byte[] plain = text.getBytes(StandardCharsets.US_ASCII);
        List<byte[]> forms = new ArrayList<>();
        forms.add(plain);
        forms.add(text.getBytes(StandardCharsets.UTF_16BE));
        forms.add(text.getBytes(StandardCharsets.UTF_16LE));
        forms.add(HexFormat.of().formatHex(plain).getBytes(StandardCharsets.US_ASCII));
        forms.add(HexFormat.of().withUpperCase().formatHex(plain).getBytes(StandardCharsets.US_ASCII));
        for (int skipped = 0; skipped < 3; skipped++) {
            // Whole groups of 3 bytes, whatever stands before and after them.
            byte[] aligned = Arrays.copyOfRange(plain, skipped, plain.length - (plain.length - skipped) % 3);
            forms.add(Base64.getEncoder().encode(aligned));
        }
        return forms;
    }

    /** XOR of every byte with the one that the same byte of the mask covers next: what no mask can change. */
    private static MemorySegment unmasked(MemorySegment bytes) {
        byte[] unmasked = new byte[(int) Math.max(0, bytes.byteSize() - MASK_BYTES)];
        for (int i = 0; i < unmasked.length; i++) {
            unmasked[i] = (byte) (byteAt(bytes, i) ^ byteAt(bytes, i + MASK_BYTES));
        }
        return MemorySegment.ofArray(unmasked);
    }

    /** The search of Horspool (1980): on a mismatch it goes on by what the last byte under the needle allows. */
    private static long indexOf(MemorySegment haystack, MemorySegment needle) {
        long last = needle.byteSize() - 1;
        long[] shiftByByte = new long[256];
        Arrays.fill(shiftByByte, needle.byteSize());
        for (long i = 0; i < last; i++) {
            shiftByByte[byteAt(needle, i)] = last - i;
        }
        long at = 0;
        while (at + last < haystack.byteSize()) {
            int tail = byteAt(haystack, at + last);
            if (tail == byteAt(needle, last)
                    && MemorySegment.mismatch(haystack, at, at + last, needle, 0, last) == -1) {
                return at;
            }
            at += shiftByByte[tail];
        }
        return -1;
    }

    private static int byteAt(MemorySegment bytes, long index) {
        return bytes.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
    }
}
