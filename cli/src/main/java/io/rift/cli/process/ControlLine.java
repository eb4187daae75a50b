package io.rift.cli.process;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One line between a peer process and its owner: a word, and fields {@code key=value} after tabs.
 *
 * @param word what is wanted or what happened
 * @param valueByKey the details; a value holds no tab and no line break
 */
public record ControlLine(String word, Map<String, String> valueByKey) {
    private static final Pattern WORD = Pattern.compile("[a-z][a-z-]*");
    private static final Pattern BREAK = Pattern.compile("[\t\r\n]");

    /** Checks that the line can be written and read again. */
    public ControlLine {
        valueByKey = new LinkedHashMap<>(valueByKey);
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException("no word of a control line: " + word);
        }
        valueByKey.forEach((key, value) -> {
            if (!WORD.matcher(key).matches() || BREAK.matcher(value).find()) {
                throw new IllegalArgumentException("no field of a control line: " + key + "=" + value);
            }
        });
    }

    /** A line with keys and values in turn. */
    public static ControlLine of(String word, Object... keysAndValues) {
        Map<String, String> valueByKey = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            valueByKey.put((String) keysAndValues[i], String.valueOf(keysAndValues[i + 1]));
        }
        return new ControlLine(word, valueByKey);
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ControlLine parse(String line) {
        String[] parts = line.split("\t", -1);
        Map<String, String> valueByKey = new LinkedHashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("no control line: " + line);
            }
            valueByKey.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return new ControlLine(parts[0], valueByKey);
    }

    /**
     * The value of a field.
     *
     * @throws IllegalArgumentException if there is none
     */
    public String value(String key) {
        String value = valueByKey.get(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + word + "' without " + key);
        }
        return value;
    }

    /** The value of a field that is a whole number. */
    public long number(String key) {
        return Long.parseLong(value(key));
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(word);
        valueByKey.forEach(
                (key, value) -> line.append('\t').append(key).append('=').append(value));
        return line.toString();
    }
}
