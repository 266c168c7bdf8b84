package dev.reveille.acceptance.house;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.acceptance.house.Requirements.Line;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequirementsTest {
  private final SourceTree tree = SourceTree.ofThisBuild();
  private final List<Line> lines =
      Requirements.lines(SourceTree.read(tree.resolve("docs/requirements.md")));

  @Test
  void every_line_called_done_is_named_by_a_test() {
    final var named = Requirements.namedByTests(tree);
    report(named);
    final var unproved =
        lines.stream()
            .filter(line -> line.state().equals("done") && !named.contains(line.id()))
            .map(Line::id)
            .toList();

    assertEquals(List.of(), unproved, "done in docs/requirements.md, but named by no test");
  }

  @Test
  void the_page_holds_the_whole_checklist_without_gaps() {
    final var sizes = new TreeMap<String, Integer>();
    for (final var line : lines) {
      final var text = line.id().replaceFirst("-?\\d+$", "");
      final var number = sizes.merge(text, 1, Integer::sum);
      final var expected = String.format(line.id().length() < 3 ? "%d" : "%02d", number);
      assertEquals(expected, line.id().replaceFirst("^" + text + "-?", ""), "after " + text);
    }

    assertEquals(
        Map.of("L0", 56, "L1", 50, "C2", 48, "D3", 43, "A4", 43, "V", 19, "T", 3, "N", 2), sizes);
  }

  @Test
  void a_state_is_open_or_done() {
    final var others =
        lines.stream().filter(line -> !Set.of("open", "done").contains(line.state())).toList();

    assertEquals(List.of(), others);
  }

  @Test
  void tests_name_no_line_that_the_page_does_not_have() {
    final var named = Requirements.namedByTests(tree);
    lines.forEach(line -> named.remove(line.id()));

    assertEquals(Set.of(), named);
  }

  @Test
  void an_id_is_found_in_a_name_and_in_a_comment_and_nowhere_else() {
    assertEquals(Set.of("X9-01"), Requirements.idsIn("void X9_01_a_call_rings() {"));
    assertEquals(Set.of("X9-02", "X9-31", "V07"), Requirements.idsIn("// X9-02, X9-31 and V07."));
    assertEquals(Set.of(), Requirements.idsIn("UTF_16, UTF-16, RV-203, AX9-01, X9-012"));
  }

  @Test
  void a_row_is_read_with_its_words_and_state() {
    final var page =
        "| id | what | state |\n|---|---|---|\n| X9-01 | A call `a \\| b` rings | open |\n";

    assertEquals(
        List.of(new Line("X9-01", "A call `a \\| b` rings", "open")), Requirements.lines(page));
  }

  private void report(final Set<String> named) {
    final var byText = new HashMap<String, int[]>();
    for (final var line : lines) {
      final var counts =
          byText.computeIfAbsent(line.id().replaceFirst("-?\\d+$", ""), _ -> new int[3]);
      counts[0]++;
      counts[1] += named.contains(line.id()) ? 1 : 0;
      counts[2] += line.state().equals("done") ? 1 : 0;
    }
    new TreeMap<>(byText)
        .forEach((text, counts) ->
            System.out.printf(
                "Requirements %-2s: %2d lines, %2d named by tests, %2d done%n",
                text, counts[0], counts[1], counts[2]));
  }
}
