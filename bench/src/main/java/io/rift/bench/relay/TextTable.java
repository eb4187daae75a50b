package io.rift.bench.relay;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under a head, for a terminal and for Markdown. */
public final class TextTable {

    private final List<List<String>> rows = new ArrayList<>();

    /** A table without rows. */
    public TextTable(List<String> head) {
        rows.add(List.copyOf(head));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it is not as long as the head
     */
    public void add(List<String> row) {
        if (row.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(row + " does not fit below " + rows.getFirst());
        }
        rows.add(List.copyOf(row));
    }

    /** In Markdown, aligned so that it reads well as it stands. */
    public String markdown() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            text.append('|');
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(r).get(i);
                text.append(' ')
                        .append(cell)
                        .repeat(' ', widths[i] - cell.length())
                        .append(" |");
            }
            text.append('\n');
            if (r == 0) {
                text.append('|');
                for (int width : widths) {
                    text.append(' ').repeat('-', width).append(" |");
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
