package io.rift.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.function.UnaryOperator;

/**
 * A page in the repository with a line that says when it was written.
 *
 * @param file where it is
 * @param content what it should be, but for the date
 * @param compared takes from a page what depends on the machine
 */
record DatedPage(Path file, String content, UnaryOperator<String> compared) {
    private static final String DATE_LINE = "Shown on ";

    static DatedPage of(Path file, String content, UnaryOperator<String> compared) {
        return new DatedPage(file, content, compared);
    }

    /** With {@code -Drift.docs=write} pages are written instead of compared. */
    static boolean isWritten() {
        return "write".equals(System.getProperty("rift.docs"));
    }

    void write() throws IOException {
        write(LocalDate.now(ZoneOffset.UTC));
    }

    /** The date goes below the title. */
    void write(LocalDate date) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content.replaceFirst("\n", "\n\n" + DATE_LINE + date + ".\n"));
    }

    void compare() throws IOException {
        assertThat(file).as("written with -Drift.docs=write").exists();
        String undated = Files.readString(file).replaceFirst("\n" + DATE_LINE + "\\d{4}-\\d\\d-\\d\\d\\.\n", "");
        assertThat(compared.apply(undated))
                .as("%s is out of date: run this test with -Drift.docs=write after all others", file.getFileName())
                .isEqualTo(compared.apply(content));
    }
}
