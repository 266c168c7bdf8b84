package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Days are added while old ones are removed.
final class DayFilesTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 3, 1);
  private static final int DAYS = 20_000;
  private static final int KEPT = 20;

  @Test
  void a_day_is_neither_lost_nor_comes_back_while_two_threads_change_them() throws Exception {
    final var files = new DayFiles<Integer>();
    final var added = new AtomicInteger();
    final var removed = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(2)) {
      final var adds =
          threads.submit(() -> {
            for (int day = 0; day < DAYS; day++) {
              files.add(FIRST.plusDays(day), day);
              added.set(day + 1);
            }
          });
      final var removes =
          threads.submit(() -> {
            while (added.get() < DAYS) {
              final int before = Math.max(0, added.get() - KEPT);
              for (final int gone : files.removeBefore(FIRST.plusDays(before))) {
                assertEquals(removed.getAndIncrement(), gone, "each goes once, in order");
              }
            }
          });
      adds.get();
      removes.get();
    }
    final var left = List.copyOf(files.now().values());
    assertEquals(DAYS - removed.get(), left.size());
    assertEquals(removed.get(), left.getFirst());
    assertEquals(DAYS - 1, files.newest());
  }
}
