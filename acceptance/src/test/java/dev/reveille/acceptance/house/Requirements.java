package dev.reveille.acceptance.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The checklist of the founding texts (`docs/requirements.md`) and what the tests say of it.
///
/// A test names a line by its id, in its name (with `_`) or in a comment beside it. Naming is a
/// claim that a reader can check; the state in the page is flipped by those who proved the line.
final class Requirements {
  private static final Pattern ID =
      Pattern.compile("(?<![A-Za-z0-9])(?:[A-Z]\\d[-_]\\d{2}|V\\d{2}|[TN]\\d)(?![A-Za-z0-9])");
  private static final Pattern ROW = Pattern.compile("\\| *(\\S+) *\\| *(.+?) *\\| *(\\S+) *\\|");

  /// One line of the checklist.
  record Line(String id, String words, String state) {}

  private Requirements() {}

  /// The rows of all tables whose first cell is an id.
  static List<Line> lines(final String page) {
    final var lines = new ArrayList<Line>();
    for (final var text : page.lines().toList()) {
      final var row = ROW.matcher(text.strip());
      if (row.matches() && ID.matcher(row.group(1)).matches()) {
        lines.add(new Line(row.group(1), row.group(2), row.group(3)));
      }
    }
    return lines;
  }

  /// The ids that stand in a text; `a_b` and `a-b` are the same.
  static Set<String> idsIn(final String text) {
    final var ids = new TreeSet<String>();
    for (final var match :
        ID.matcher(text.replaceAll("(?<=[A-Z]\\d)_(?=\\d\\d)", "-")).results().toList()) {
      ids.add(match.group());
    }
    return ids;
  }

  /// The ids that tests name: Java tests, and scripts and pages that tests play.
  static Set<String> namedByTests(final SourceTree tree) {
    final var ids = new TreeSet<String>();
    Stream.of(".java", ".txt", ".sh", ".json", ".ps1", ".mjs")
        .flatMap(ending -> tree.files(ending).stream())
        .filter(file -> tree.name(file).contains("/src/test/"))
        .filter(file -> !tree.name(file).contains("/acceptance/house/"))
        .forEach(file -> ids.addAll(idsIn(SourceTree.read(file))));
    return ids;
  }
}
