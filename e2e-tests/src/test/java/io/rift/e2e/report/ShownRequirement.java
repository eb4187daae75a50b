package io.rift.e2e.report;

import io.rift.conformance.Requirement;
import io.rift.conformance.TestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * A requirement and one test that shows it.
 *
 * @param rfc the number of the RFC
 * @param section its section
 * @param text what is asked for
 * @param module the directory of the module whose test it is
 * @param test the test
 */
record ShownRequirement(int rfc, String section, String text, Path module, TestName test) {
    static final Comparator<ShownRequirement> BY_SECTION = Comparator.comparingInt(ShownRequirement::rfc)
            .thenComparing(ShownRequirement::section, ShownRequirement::compareSections)
            .thenComparing(ShownRequirement::text)
            .thenComparing(each -> each.module().getFileName().toString())
            .thenComparing(each -> each.test().toString());

    /** What the tests of all modules below a directory show, in the order of a report. */
    static List<ShownRequirement> modulesBelow(Path home) throws IOException {
        return AnnotationScan.modulesBelow(home, Requirement.class).stream()
                .map(found -> new ShownRequirement(
                        found.number("rfc"), found.text("section"), found.text("text"), found.module(), found.test()))
                .sorted(BY_SECTION)
                .toList();
    }

    /** Numbers by their value, so that 7.10 follows 7.9; appendices after them. */
    static int compareSections(String one, String other) {
        String[] left = one.split("\\.", -1);
        String[] right = other.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = isNumber(left[i]) && isNumber(right[i])
                    ? Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]))
                    : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static boolean isNumber(String part) {
        return part.matches("\\d{1,4}");
    }
}
