package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.bench.OnceEach.Came;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OnceEachTest {
  private static final List<String> AUDIENCE = List.of("aa", "bb", "cc");

  private final List<Came> came =
      new ArrayList<>(
          List.of(
              new Came("s-1", "aa", 200), new Came("s-1", "bb", 200), new Came("s-1", "cc", 200)));

  private OnceEach judged() {
    return OnceEach.of("s-1", AUDIENCE, came);
  }

  @Test
  void a_send_that_came_once_to_each_has_no_fault() {
    assertEquals(0, judged().faults());
  }

  @Test
  void one_missing_and_one_told_twice_are_both_named_although_the_sum_is_right() {
    came.set(1, new Came("s-1", "cc", 200));
    assertEquals(List.of("2"), judged().missing());
    assertEquals(List.of("3 (2 times)"), judged().twice());
    assertEquals(2, judged().faults());
  }

  @Test
  void a_push_that_was_refused_leaves_its_target_missing() {
    came.set(0, new Came("s-1", "aa", 400));
    assertEquals(List.of("1"), judged().missing());
  }

  @Test
  void a_push_that_was_refused_and_came_again_is_one_push_too_many() {
    came.add(0, new Came("s-1", "aa", 503));
    assertEquals(List.of(), judged().missing());
    assertEquals(List.of("1 (2 times)"), judged().twice());
  }

  @Test
  void who_is_not_in_the_audience_and_what_is_of_another_send_are_strangers() {
    came.add(new Came("s-1", "dd", 200));
    came.add(new Came("s-0", "aa", 200));
    came.add(new Came("", "bb", 200));
    assertEquals(
        List.of(
            "a push of s-1 to who is not in the audience",
            "a push of s-0 to 1",
            "a push of no send to 2"),
        judged().strangers());
    assertEquals(List.of(), judged().twice());
  }

  @Test
  void its_words_name_the_send_and_the_first_of_each_kind() {
    came.clear();
    assertTrue(
        judged().toString().startsWith("s-1: 3 missing [1, 2, 3], 0 twice"), judged()::toString);
  }
}
