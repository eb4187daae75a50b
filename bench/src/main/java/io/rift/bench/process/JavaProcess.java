package io.rift.bench.process;

import io.rift.cli.lab.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another JVM, asked by the JDK's own tool. */
public final class JavaProcess {

    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    private JavaProcess() {}

    /** Collects its garbage, all of it, now. */
    public static void collectGarbage(long pid) {
        jcmd(pid, "GC.run");
    }

    /** Collects its garbage and returns the bytes of the objects that remain. */
    public static long liveHeapBytes(long pid) {
        collectGarbage(pid);
        long bytes = 0;
        // One line for each generation; classes are told in a line of their own.
        for (String line : jcmd(pid, "GC.heap_info").lines().toList()) {
            Matcher used = USED.matcher(line);
            if (!line.contains("Metaspace") && !line.contains("class space") && used.find()) {
                bytes += Long.parseLong(used.group(1)) * 1024;
            }
        }
        return bytes;
    }

    private static String jcmd(long pid, String command) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        return Programs.run(List.of(jcmd, String.valueOf(pid), command), "");
    }
}
