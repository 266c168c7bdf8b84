package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// On which tags it hangs that an expression is true or false.
final class TagEvidenceTest {
  private static TagEvidence of(final String expression, final String... tags) {
    return TagEvidence.of(
        TagExpression.parse(expression),
        Arrays.stream(tags).map(Tag::new).collect(Collectors.toSet()));
  }

  private static TagEvidence tags(final List<String> carried, final List<String> lacked) {
    return new TagEvidence(carried, lacked);
  }

  @Test
  void what_is_true_hangs_on_the_alternatives_that_are_true() {
    assertEquals(tags(List.of("b"), List.of()), of("a || b || c", "B"));
    assertEquals(tags(List.of("a"), List.of("c")), of("(a || b) && !c", "a", "x"));
    assertEquals(tags(List.of("a", "b"), List.of()), of("a && b", "b", "a", "c"));
  }

  @Test
  void what_is_false_hangs_on_the_parts_that_are_false() {
    assertEquals(tags(List.of("c"), List.of()), of("(a || b) && !c", "a", "c"));
    assertEquals(tags(List.of(), List.of("a", "b")), of("(a || b) && !c", "x"));
    assertEquals(tags(List.of(), List.of("a", "b")), of("a || b"));
    assertEquals(tags(List.of("a"), List.of()), of("!(a || b)", "a"));
  }

  @Test
  void a_tag_that_stands_twice_is_told_once() {
    assertEquals(tags(List.of("a"), List.of()), of("(a && a) || (a && b)", "a"));
  }
}
