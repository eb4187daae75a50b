package io.rift.bench.process;

import io.rift.cli.lab.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Another JVM, asked by the JDK's own tool. */
public final class JavaProcess {

    /** Number, instances, bytes, name of the class. */
    private static final Pattern HISTOGRAM_LINE = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +(\\S+)");

    private JavaProcess() {}

    /** Collects its garbage, all of it, now. */
    public static void collectGarbage(long pid) {
        jcmd(pid, "GC.run");
    }

    /**
     * Collects its garbage and returns the bytes of the objects that remain. What the collector fills the gaps with, which it
     * does not close each time, is no object: it would be some per cent of the heap, now here and now not.
     */
    public static long liveHeapBytes(long pid) {
        return liveBytes(jcmd(pid, "GC.class_histogram"));
    }

    static long liveBytes(String histogram) {
        return HISTOGRAM_LINE
                .matcher(histogram)
                .results()
                .filter(line -> !line.group(2).contains("jdk.internal.vm.Filler"))
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .sum();
    }

    private static String jcmd(long pid, String command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Programs.run(List.of(jcmd, String.valueOf(pid), command), "");
    }
}
