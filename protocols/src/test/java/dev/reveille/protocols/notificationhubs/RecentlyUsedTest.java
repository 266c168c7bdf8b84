package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is remembered as long as it fits.
final class RecentlyUsedTest {
  private final RecentlyUsed<Integer, String> values = new RecentlyUsed<>(10);
  private final List<Integer> made = new ArrayList<>();

  private void get(final int key, final int weight) {
    final var value =
        values.get(
            key,
            its -> {
              made.add(its);
              return "v" + its;
            },
            _ -> weight);
    assertEquals("v" + key, value);
  }

  @Test
  void what_was_not_used_for_longest_goes_first_and_all_together_fit() {
    get(1, 4);
    get(2, 4);
    get(1, 4);
    get(3, 4);
    get(1, 4);
    assertEquals(List.of(1, 2, 3), made, "the first was used meanwhile");
    get(2, 4);
    get(3, 4);
    assertEquals(List.of(1, 2, 3, 2, 3), made);
  }

  @Test
  void what_is_larger_than_all_of_the_room_moves_nothing_out() {
    get(1, 10);
    get(2, 11);
    get(2, 11);
    get(1, 10);
    assertEquals(List.of(1, 2, 2), made);
  }
}
