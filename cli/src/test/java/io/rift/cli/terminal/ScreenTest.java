package io.rift.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.terminal.Screen.Tone;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Test
    void whereNoPersonLooksThereIsPlainTextOnly() {
        Screen screen = Screen.plain(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        screen.passing("working");
        screen.line(screen.paint(Tone.GOOD, screen.good() + " done"));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("\u2713 done" + System.lineSeparator());
    }

    @Test
    void marksAreAsciiWhereNothingElseCanBeShown() {
        Screen screen = Screen.plain(new PrintStream(bytes, true, StandardCharsets.US_ASCII));
        assertThat(screen.good() + screen.bad()).isEqualTo("ok!!");
    }

    @Test
    void whatAStrangerSendsCannotTouchTheTerminal() {
        assertThat(Screen.harmless("a\u001B[2Jb\rc\nd\u0007e\u009Bf")).isEqualTo("a?[2Jb?c?d?e?f");
        assertThat(Screen.harmless("abc\u202Ecba\u2066x")).isEqualTo("abc?cba?x");
        assertThat(Screen.harmless("Grüße\t\u4F60\u597D \uD83D\uDC4B")).isEqualTo("Grüße\t\u4F60\u597D \uD83D\uDC4B");
    }
}
