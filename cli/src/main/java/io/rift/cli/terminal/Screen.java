package io.rift.cli.terminal;

import java.io.PrintStream;
import java.util.List;

/**
 * A stream that a person may be looking at. Only then it gets colour and lines that replace each other; the launcher
 * says so in the system property {@code rift.terminals}, a list of file descriptors, and NO_COLOR (no-color.org) takes the
 * colour away.
 */
public final class Screen {
    private static final String ESCAPE = "\u001B[";

    /** What a text means; colour only repeats it. */
    public enum Tone {
        /** As it stands. */
        PLAIN(""),
        /** Titles. */
        STRONG("1"),
        /** What one may skip. */
        FAINT("2"),
        /** True, as it should be. */
        GOOD("32"),
        /** False, or failed. */
        BAD("31"),
        /** Worth a second look. */
        NOTABLE("36");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    private final PrintStream out;
    private final boolean terminal;
    private final boolean colour;
    private String passing = "";

    private Screen(PrintStream out, boolean terminal, boolean colour) {
        this.out = out;
        this.terminal = terminal;
        this.colour = colour;
    }

    /** Standard output. */
    public static Screen output() {
        return of(System.out, "1");
    }

    /** Standard error. */
    public static Screen error() {
        return of(System.err, "2");
    }

    /** A stream that is no terminal. */
    public static Screen plain(PrintStream out) {
        return new Screen(out, false, false);
    }

    /** Whether a person types the standard input. */
    public static boolean inputIsTerminal() {
        return isTerminal("0");
    }

    private static Screen of(PrintStream out, String descriptor) {
        boolean terminal = isTerminal(descriptor) && !"dumb".equals(System.getenv("TERM"));
        return new Screen(
                out,
                terminal,
                terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty());
    }

    private static boolean isTerminal(String descriptor) {
        return List.of(System.getProperty("rift.terminals", "").split(",", -1)).contains(descriptor);
    }

    /** Whether a person looks at it. */
    public boolean isTerminal() {
        return terminal;
    }

    /** The text in its colour, or as it is. */
    public String paint(Tone tone, String text) {
        return colour && tone != Tone.PLAIN ? ESCAPE + tone.code + "m" + text + ESCAPE + "0m" : text;
    }

    /** The mark of what is as it should be. */
    public String good() {
        return mark("\u2713", "ok");
    }

    /** The mark of what is not. */
    public String bad() {
        return mark("\u2717", "!!");
    }

    private String mark(String symbol, String ascii) {
        return out.charset().newEncoder().canEncode(symbol) ? symbol : ascii;
    }

    /** Writes one line, in place of a passing one. */
    public synchronized void line(String text) {
        passing = "";
        out.println((terminal ? "\r" + ESCAPE + "K" : "") + text);
        out.flush();
    }

    /** Shows a line until the next one comes; where no person looks, nothing. */
    public synchronized void passing(String text) {
        if (terminal) {
            passing = text;
            refreshPassing("");
        }
    }

    /** Shows the passing line again, with something behind it; when there is none any more, nothing. */
    public synchronized void refreshPassing(String addition) {
        if (!passing.isEmpty()) {
            out.print("\r" + ESCAPE + "K" + passing + addition);
            out.flush();
        }
    }

    /**
     * Text from elsewhere without what could move the cursor, change the terminal or turn the direction of writing: such
     * characters become '?'.
     */
    public static String harmless(String text) {
        return text.codePoints()
                .map(c -> (Character.isISOControl(c) && c != '\t') || turnsDirection(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean turnsDirection(int c) {
        return switch (Character.getDirectionality(c)) {
            case Character.DIRECTIONALITY_LEFT_TO_RIGHT_EMBEDDING,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_OVERRIDE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_EMBEDDING,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_FORMAT,
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT_ISOLATE,
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT_ISOLATE,
                    Character.DIRECTIONALITY_FIRST_STRONG_ISOLATE,
                    Character.DIRECTIONALITY_POP_DIRECTIONAL_ISOLATE -> true;
            default -> false;
        };
    }
}
