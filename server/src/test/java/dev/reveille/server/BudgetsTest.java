package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetsTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(longs = {300, 1024, 6 * 1024})
  void all_rows_together_leave_a_quarter_of_the_heap(final long mib) {
    final var budgets = LimitsPage.with(mib * MIB);
    final long sum = budgets.rows().stream().mapToLong(Budgets.Row::bytes).sum();
    assertTrue(sum <= budgets.heap() * 3 / 4, () -> sum + " of " + budgets.heap());
  }

  @ParameterizedTest
  @ValueSource(longs = {300, 1024, 6 * 1024})
  void what_waits_for_the_sockets_leaves_a_quarter_of_the_memory_outside_the_heap(final long mib) {
    final var budgets = LimitsPage.with(mib * MIB);
    assertTrue(budgets.answers() <= budgets.direct() * 3 / 4, budgets::toString);
  }

  @Test
  void every_row_has_a_name_of_its_own() {
    final var names = new HashSet<String>();
    LimitsPage.with(300 * MIB).rows().forEach(row -> assertTrue(names.add(row.what()), row::what));
  }

  @Test
  void the_page_says_what_the_server_does() throws IOException {
    assertEquals(
        LimitsPage.text(),
        Files.readString(Path.of("../docs/operations/limits.md")),
        "docs/operations/limits.md is stale: see LimitsPage for the command that writes it");
  }
}
