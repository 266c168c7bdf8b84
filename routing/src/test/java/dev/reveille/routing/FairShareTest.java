package dev.reveille.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// Who gets how much of a limit.
class FairShareTest {
  private final FairShare<String> shares = new FairShare<>(800);
  private long now = 1_000_000;

  private int flood(final String by) {
    int got = 0;
    while (got < 2_000 && shares.take(by, 1, 0, now)) {
      got++;
    }
    return got;
  }

  @Test
  void one_alone_gets_everything() {
    assertEquals(800, flood("a"));
    assertEquals(800, shares.taken("a"));
  }

  @Test
  void one_that_holds_everything_makes_way_for_another_one_that_asked() {
    flood("a");
    assertFalse(shares.take("b", 1, 0, now));
    shares.giveBack("a", 1);
    assertFalse(shares.take("a", 1, 0, now));
    assertTrue(shares.take("b", 1, 0, now));
    shares.giveBack("a", 599); // 200 are left with it
    assertEquals(399, flood("b"));
    assertTrue(shares.taken() <= 600);
  }

  @Test
  void a_few_that_flood_leave_the_last_quarter_to_the_others() {
    shares.take("c", 1, 0, now);
    for (int i = 0; i < 800; i++) {
      shares.take("a", 1, 0, now);
      shares.take("b", 1, 0, now);
    }
    assertTrue(shares.taken() <= 600, () -> "taken " + shares.taken());
    assertEquals(99, flood("c"));
  }

  @Test
  void one_of_several_leaves_a_quarter_to_those_that_did_not_ask_lately() {
    shares.take("b", 1, 0, now);
    shares.giveBack("b", 1);
    now += FairShare.LATELY;
    assertEquals(600, flood("a"));
    assertTrue(shares.take("b", 1, 0, now), "a holds what it has for as long as it likes");
  }

  @Test
  void after_a_while_without_the_other_one_all_but_a_quarter_is_free_again() {
    shares.take("b", 1, 0, now);
    shares.giveBack("b", 1);
    assertEquals(400, flood("a"));
    now += FairShare.LATELY;
    assertEquals(200, flood("a"));
  }

  @Test
  void what_is_given_back_is_there_again() {
    shares.takeAnyway("a", 900);
    assertFalse(shares.take("a", 1, 0, now));
    assertTrue(shares.take("a", 1, 200, now));
    shares.giveBack("a", 901);
    assertEquals(0, shares.taken());
    assertEquals(0, shares.taken("a"));
  }

  @Test
  void who_asked_before_the_clock_was_set_back_does_not_count_as_waiting() {
    shares.take("b", 1, 0, now);
    shares.giveBack("b", 1);
    shares.take("a", 1, 0, now);
    now -= 3_600_000;
    assertEquals(599, flood("a"), "all but the quarter that is always left to others");
  }
}
