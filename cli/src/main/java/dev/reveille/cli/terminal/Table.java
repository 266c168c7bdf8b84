package dev.reveille.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/// Prints rows of cells under a headline, each column as wide as its widest cell. Cells are printed
/// as they are: text from outside must have passed [TerminalEscaping] before.
public final class Table {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public Table(final String... headline) {
    rows.add(List.of(headline));
  }

  public Table row(final String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "a row has " + rows.getFirst().size() + " cells, not " + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  public boolean isEmpty() {
    return rows.size() == 1;
  }

  @Override
  public String toString() {
    final int columns = rows.getFirst().size();
    final int[] widths = new int[columns];
    for (final List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    final var text = new StringBuilder();
    for (final List<String> row : rows) {
      final var line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        line.append(row.get(column));
        line.repeat(' ', widths[column] - row.get(column).length()).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
