package dev.reveille.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A boolean expression over tags that selects the registrations of a send: `(a || b) && !c`.
///
/// `!` binds tighter than `&&`, `&&` tighter than `||`; parentheses group, blanks do not matter. At
/// most 20 tags where `||` is the only operator, else 6, each occurrence counted; parentheses and
/// `!` at most 32 deep. A tree in which neither an `And` lies directly in an `And` nor an `Or` in
/// an `Or`, so that one written text has one tree; who walks it needs no bounds of its own.
public sealed interface TagExpression {
  /// Tags of an expression with no operator but `||`.
  int MOST_TAGS_OF_OR = 20;

  /// Tags of any other expression.
  int MOST_TAGS = 6;

  /// Of parentheses and `!` within each other, and of the tree.
  int DEEPEST = 32;

  /// In characters, blanks included.
  int LONGEST = 8_192;

  /// Matches a registration that has the tag.
  record Has(Tag tag) implements TagExpression {
    @Override
    public String toString() {
      return tag.value();
    }
  }

  /// Matches what the inner expression does not match.
  record Not(TagExpression of) implements TagExpression {
    @Override
    public String toString() {
      return of instanceof Has || of instanceof Not ? "!" + of : "!(" + of + ")";
    }
  }

  /// Matches what all parts match; there are two at least.
  record And(List<TagExpression> all) implements TagExpression {
    public And {
      all = flat(all, And.class);
    }

    @Override
    public String toString() {
      return all.stream()
          .map(part -> part instanceof Or ? "(" + part + ")" : part.toString())
          .collect(Collectors.joining(" && "));
    }
  }

  /// Matches what at least one part matches; there are two at least.
  record Or(List<TagExpression> any) implements TagExpression {
    public Or {
      any = flat(any, Or.class);
    }

    @Override
    public String toString() {
      return any.stream().map(TagExpression::toString).collect(Collectors.joining(" || "));
    }
  }

  /// Reads an expression.
  ///
  /// @throws TagSyntaxException when it is none or has more than the limits allow
  static TagExpression parse(final String text) {
    return new TagExpressionParser(text).parse();
  }

  /// Whether a registration with these tags is meant.
  default boolean matches(final Set<Tag> tags) {
    return switch (this) {
      case Has(final var tag) -> tags.contains(tag);
      case Not(final var of) -> !of.matches(tags);
      case And(final var all) -> all.stream().allMatch(part -> part.matches(tags));
      case Or(final var any) -> any.stream().anyMatch(part -> part.matches(tags));
    };
  }

  private static List<TagExpression> flat(
      final List<TagExpression> parts, final Class<? extends TagExpression> same) {
    if (parts.size() < 2) {
      throw new IllegalArgumentException("an operator joins two parts at least");
    }
    final var flat = new ArrayList<TagExpression>();
    for (final var part : parts) {
      if (!same.isInstance(part)) {
        flat.add(part);
      } else if (part instanceof And(final var all)) {
        flat.addAll(all);
      } else if (part instanceof Or(final var any)) {
        flat.addAll(any);
      }
    }
    return List.copyOf(flat);
  }
}
