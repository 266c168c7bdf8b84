package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.PushService;
import dev.reveille.model.TagExpression;
import dev.reveille.routing.port.HubRegistrations.Selection;
import dev.reveille.routing.port.HubSamples;
import dev.reveille.routing.port.Samples;
import dev.reveille.storage.sqlite.HubSelection.Plan;
import dev.reveille.storage.sqlite.HubSelection.Range;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubSelectionTest {
  private static final Range RANGE = new Range(1, 0, 1_000, 0, 501);

  @TempDir Path folder;

  /// Of a thousand numbers, tag `a` is in a hundred, `b` in ten, and so on.
  private static Plan plan(final String asked) throws SQLException {
    final Map<String, Double> densities = Map.of("a", 0.1, "b", 0.01, "c", 0.001, "d", 0.5);
    return HubSelection.plan(
        Optional.of(TagExpression.parse(asked)), tag -> densities.getOrDefault(tag.folded(), 0.0));
  }

  private static String described(final String asked) throws SQLException {
    final Plan plan = plan(asked);
    return plan.tags().stream().map(Object::toString).sorted().collect(Collectors.joining(","))
        + plan.condition().map(condition -> " if " + condition).orElse("");
  }

  @Test
  void the_rarest_tags_that_all_targets_must_have_are_walked_along() throws SQLException {
    final Map<String, String> expected =
        Map.ofEntries(
            Map.entry("a", "a"),
            Map.entry("A || b || a", "A,b"),
            Map.entry("a && b", "b if a"),
            Map.entry("b && a", "b if a"),
            Map.entry("a && b && c && d", "c if a && b && d"),
            Map.entry("(a || b) && d", "a,b if d"),
            Map.entry("(a || d) && a", "a if a || d"),
            Map.entry("(a || b) && (b || c)", "b,c if a || b"),
            Map.entry("a && !b", "a if !b"),
            Map.entry("!c && a", "a if !c"),
            Map.entry("a && b || c", "b,c if a && b || c"),
            Map.entry("(a && b || c) && d", "b,c if d && (a && b || c)"),
            Map.entry("!a", " if !a"),
            Map.entry("!!a", "a"),
            Map.entry("a || !b", " if a || !b"),
            Map.entry("!(a || b)", " if !a && !b"),
            Map.entry("!(!a || !b)", "b if a"),
            Map.entry("!(!a && !b)", "a,b"),
            Map.entry("!(a && !b) && c", "c if !a || b"),
            Map.entry("!a && !b", " if !a && !b"));
    for (final var one : expected.entrySet()) {
      assertEquals(one.getValue(), described(one.getKey()), one.getKey());
    }
    assertEquals(
        new Plan(java.util.Set.of(), Optional.empty()),
        HubSelection.plan(Optional.empty(), _ -> 1.0));
  }

  @Test
  void how_dense_a_tag_is_is_asked_only_where_there_is_a_choice() throws SQLException {
    for (final var asked : List.of("a", "a || b", "a && !b", "!a", "!(a || b)")) {
      HubSelection.plan(
          Optional.of(TagExpression.parse(asked)),
          tag -> {
            throw new AssertionError(asked + " asks of " + tag);
          });
    }
  }

  @Test
  void a_page_reads_indexes_in_their_order_and_sorts_nothing() throws SQLException {
    try (var database = new MainDatabase(folder.resolve("reveille.db"), () -> Samples.NOW)) {
      for (final var asked :
          List.of(
              "a",
              "a || b",
              "a || b || c || d || e || f || g",
              "a && b",
              "(a || b) && !c",
              "!a",
              "!(a || b)")) {
        for (final var which :
            List.of(
                HubSamples.natives(PushService.APNS, asked),
                HubSamples.natives(asked),
                HubSamples.templates(asked),
                new Selection(
                    Optional.of(PushService.FCM), true, HubSamples.templates(asked).tags()))) {
          assertWalksAlongIndexes(database, which);
        }
      }
      assertWalksAlongIndexes(database, HubSamples.natives(PushService.APNS, ""));
      assertWalksAlongIndexes(database, HubSamples.natives(""));
      assertWalksAlongIndexes(database, HubSamples.templates(""));
    }
  }

  private static void assertWalksAlongIndexes(final MainDatabase database, final Selection which)
      throws SQLException {
    final var page = HubSelection.page(which, HubSelection.plan(which.tags(), _ -> 1), RANGE);
    final var steps =
        database.read(db ->
            db.query(
                "EXPLAIN QUERY PLAN " + page.sql(),
                row -> row.getString(4),
                page.values().toArray()));
    final var whole = String.join("\n", steps);
    assertFalse(whole.contains("TEMP B-TREE"), whole);
    assertFalse(whole.contains("SCAN hub_") || whole.contains("SCAN t"), whole);
    assertFalse(whole.contains("MATERIALIZE"), whole);
    assertTrue(whole.contains("CO-ROUTINE candidate"), whole);
    assertTrue(whole.contains("SEARCH t USING INTEGER PRIMARY KEY"), whole);
    for (final var step : steps) {
      if (step.startsWith("SEARCH hub_tag")) {
        assertTrue(step.contains("(hub=? AND tag=? AND line=? AND target>? AND target<?)"), whole);
      } else if (step.startsWith("SEARCH hub_target")) {
        assertTrue(step.contains("hub_target_of_line (hub=? AND line=? AND number>?"), whole);
      } else if (step.startsWith("SEARCH h ")) {
        assertTrue(step.contains("(hub=? AND tag=? AND line=? AND target=?)"), whole);
      }
    }
  }

  @Test
  void values_stand_in_no_text() throws SQLException {
    final var which = HubSamples.natives(PushService.APNS, "Secret && !(other || $UserId:{x=1})");
    final var page = HubSelection.page(which, HubSelection.plan(which.tags(), _ -> 1), RANGE);
    for (final var value : List.of("ecret", "other", "User", "apns", "1000", "501")) {
      assertFalse(page.sql().contains(value), page.sql());
    }
    assertEquals(
        page.values().size(), page.sql().chars().filter(c -> c == '?').count(), page.sql());
  }
}
