package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.TagExpression.And;
import dev.reveille.model.TagExpression.Has;
import dev.reveille.model.TagExpression.Not;
import dev.reveille.model.TagExpression.Or;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TagExpressionProperties {
  private static final List<String> WORDS =
      List.of("a", "b", "c", "d", "$UserId:{a}", "$InstallationId:{x=y}");

  /// @param budget the most tags in it
  private static TagExpression tree(final Random random, final int budget, final int depth) {
    final int left = budget < 2 ? 1 : 1 + random.nextInt(budget - 1);
    return switch (depth > 8 ? 0 : random.nextInt(budget < 2 ? 2 : 4)) {
      case 1 -> new Not(tree(random, budget, depth + 1));
      case 2 ->
          new And(List.of(tree(random, left, depth + 1), tree(random, budget - left, depth + 1)));
      case 3 ->
          new Or(List.of(tree(random, left, depth + 1), tree(random, budget - left, depth + 1)));
      default -> new Has(new Tag(WORDS.get(random.nextInt(WORDS.size()))));
    };
  }

  /// Written by the plainest rule: parentheses around everything, or with blanks here and there.
  private static String written(final TagExpression tree, final Random random) {
    final var blank = " ".repeat(random.nextInt(2));
    return blank
        + switch (tree) {
          case Has(final var tag) -> tag.value().toUpperCase(java.util.Locale.ROOT);
          case Not(final var of) -> "!(" + written(of, random) + ")";
          case And(final var all) -> "(" + joined(all, blank + "&&" + blank, random) + ")";
          case Or(final var any) -> "(" + joined(any, blank + "||" + blank, random) + ")";
        }
        + blank;
  }

  private static String joined(
      final List<TagExpression> parts, final String operator, final Random random) {
    return String.join(operator, parts.stream().map(part -> written(part, random)).toList());
  }

  private static boolean holds(final TagExpression tree, final Set<Tag> tags) {
    return switch (tree) {
      case Has(final var tag) -> tags.contains(tag);
      case Not(final var of) -> !holds(of, tags);
      case And(final var all) -> all.stream().filter(part -> !holds(part, tags)).count() == 0;
      case Or(final var any) -> any.stream().filter(part -> holds(part, tags)).count() > 0;
    };
  }

  @Property(tries = 1_000)
  void what_is_printed_is_read_as_the_same_tree_and_matches_the_same(@ForAll final long seed) {
    final var random = new Random(seed);
    final var tree = tree(random, TagExpression.MOST_TAGS, 0);
    assertEquals(tree, TagExpression.parse(tree.toString()));
    assertEquals(tree.toString(), TagExpression.parse(tree.toString()).toString());
    final var other = TagExpression.parse(written(tree, random));
    assertEquals(tree, other);
    for (int held = 0; held < 1 << WORDS.size(); held++) {
      final var carried = new HashSet<Tag>();
      for (int bit = 0; bit < WORDS.size(); bit++) {
        if ((held >> bit & 1) == 1) {
          carried.add(new Tag(WORDS.get(bit)));
        }
      }
      assertEquals(holds(tree, carried), other.matches(carried));
    }
  }
}
