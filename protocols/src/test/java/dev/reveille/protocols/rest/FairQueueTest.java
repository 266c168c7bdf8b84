package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FairQueueTest {
  private final FairQueue<String, String> waiting = new FairQueue<>();

  private List<String> all() {
    final var all = new ArrayList<String>();
    for (var one = waiting.next(); one != null; one = waiting.next()) {
      all.add(one);
    }
    return all;
  }

  @Test
  void lines_take_turns_and_each_keeps_its_order() {
    for (final var one : List.of("a1", "a2", "a3", "a4", "b1", "b2", "c1")) {
      waiting.add(one.substring(0, 1), one);
    }
    assertEquals(7, waiting.size());
    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3", "a4"), all());
    assertEquals(0, waiting.size());
  }

  @Test
  void what_comes_later_to_a_line_of_its_own_waits_for_one_of_each_other() {
    waiting.add("a", "a1");
    waiting.add("a", "a2");
    waiting.add("a", "a3");
    assertEquals("a1", waiting.next());
    waiting.add("b", "b1");
    assertEquals(List.of("a2", "b1", "a3"), all());
  }

  @Test
  void what_waits_no_longer_is_left_out() {
    waiting.add("a", "a1");
    waiting.add("a", "a2");
    waiting.add("b", "b1");
    assertTrue(waiting.remove("a", "a1"));
    assertFalse(waiting.remove("a", "a1"));
    assertTrue(waiting.remove("b", "b1"));
    assertFalse(waiting.remove("c", "c1"));
    assertEquals(1, waiting.size());
    assertEquals(List.of("a2"), all());
    assertNull(waiting.next());
  }
}
