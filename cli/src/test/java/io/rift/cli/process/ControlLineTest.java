package io.rift.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlLineTest {

    @Test
    void aLineReadsBackAsItWasWritten() {
        ControlLine line = ControlLine.of("exchange", "count", 100, "text", "a = b, with spaces", "empty", "");
        assertThat(ControlLine.parse(line.toString())).isEqualTo(line);
        assertThat(line.number("count")).isEqualTo(100);
        assertThat(line.value("text")).isEqualTo("a = b, with spaces");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Word", "two words", "word\tno-equals", "word\tKEY=value", "word\t"})
    void whatIsNoLineIsRefused(String text) {
        assertThatThrownBy(() -> ControlLine.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\nb", "a\rb"})
    void aValueThatWouldBreakTheLineIsRefused(String value) {
        assertThatThrownBy(() -> new ControlLine("word", Map.of("key", value)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() -> ControlLine.of("connect").value("to")).hasMessageContaining("without to");
    }
}
