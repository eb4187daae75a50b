package io.rift.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A page in the repository with a line that says when it was written, which is not compared. */
final class DatedPage {
    private static final String DATE_LINE = "Shown on ";

    private DatedPage() {}

    /** Compares the page with what it should be; with {@code -Drift.docs=write} writes it instead. */
    static void check(Path page, String content) throws IOException {
        if (isWritten()) {
            Files.createDirectories(page.getParent());
            Files.writeString(page, dated(content, LocalDate.now(ZoneOffset.UTC)));
        }
        assertThat(page).as("written with -Drift.docs=write").exists();
        assertThat(undated(Files.readString(page)))
                .as("%s is out of date: run this test with -Drift.docs=write after all others", page.getFileName())
                .isEqualTo(content);
    }

    static boolean isWritten() {
        return "write".equals(System.getProperty("rift.docs"));
    }

    /** The date goes below the title. */
    static String dated(String content, LocalDate date) {
        return content.replaceFirst("\n", "\n\n" + DATE_LINE + date + ".\n");
    }

    static String undated(String page) {
        return page.replaceFirst("\n" + DATE_LINE + "\\d{4}-\\d\\d-\\d\\d\\.\n", "");
    }
}
