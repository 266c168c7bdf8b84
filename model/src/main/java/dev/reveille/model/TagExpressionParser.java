package dev.reveille.model;

import dev.reveille.model.TagExpression.And;
import dev.reveille.model.TagExpression.Has;
import dev.reveille.model.TagExpression.Not;
import dev.reveille.model.TagExpression.Or;
import java.util.ArrayList;
import java.util.List;

/// Reads one tag expression by recursive descent, each level of the grammar a method:
///
/// ```
/// or    = and { "||" and }
/// and   = unary { "&&" unary }
/// unary = "!" unary | "(" or ")" | tag
/// ```
///
/// Used once, by one thread.
final class TagExpressionParser {
  private static final String EXAMPLE = "write for instance (a || b) && !c";

  private final String text;
  private int at;
  private int depth;
  private boolean isOrOnly = true;

  /// Where each tag begins.
  private final List<Integer> tags = new ArrayList<>();

  TagExpressionParser(final String text) {
    this.text = text;
  }

  TagExpression parse() {
    if (text.length() > TagExpression.LONGEST) {
      throw new TagSyntaxException(
          TagExpression.LONGEST + 1,
          "the expression has " + text.length() + " characters",
          "at most " + TagExpression.LONGEST + " are taken");
    }
    final var all = or();
    if (at < text.length()) {
      throw wrong(
          text.charAt(at) == ')' ? "this parenthesis closes none" : "&& or || must stand here");
    }
    final int most = isOrOnly ? TagExpression.MOST_TAGS_OF_OR : TagExpression.MOST_TAGS;
    if (tags.size() > most) {
      throw new TagSyntaxException(
          tags.get(most) + 1,
          "the expression has " + tags.size() + " tags",
          "at most "
              + TagExpression.MOST_TAGS
              + " are taken, and "
              + TagExpression.MOST_TAGS_OF_OR
              + " where || is the only operator: send twice, or give registrations a tag for it");
    }
    return all;
  }

  private TagExpression or() {
    final var parts = new ArrayList<TagExpression>();
    do {
      parts.add(and());
    } while (takes("||"));
    return parts.size() == 1 ? parts.getFirst() : new Or(parts);
  }

  private TagExpression and() {
    final var parts = new ArrayList<TagExpression>();
    do {
      parts.add(unary());
    } while (takes("&&"));
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    isOrOnly = false;
    return new And(parts);
  }

  private TagExpression unary() {
    blanks();
    if (at == text.length()) {
      throw wrong("a tag is missing");
    }
    return switch (text.charAt(at)) {
      case '!' -> {
        isOrOnly = false;
        yield new Not(deeper(this::unary));
      }
      case '(' -> deeper(this::inParentheses);
      default -> tag();
    };
  }

  private TagExpression inParentheses() {
    final int opened = at;
    final var inside = or();
    if (at == text.length()) {
      throw new TagSyntaxException(
          opened, "this parenthesis is not closed", "write ) behind what belongs into it");
    }
    if (text.charAt(at) != ')') {
      throw wrong("&&, || or ) must stand here");
    }
    at++;
    blanks();
    return inside;
  }

  private TagExpression deeper(final java.util.function.Supplier<TagExpression> inside) {
    depth++;
    if (depth > TagExpression.DEEPEST) {
      throw wrong("! and ( stand more than " + TagExpression.DEEPEST + " deep in each other");
    }
    at++;
    final var result = inside.get();
    depth--;
    return result;
  }

  private TagExpression tag() {
    final int begin = at;
    final int special = Tag.inside(text.substring(at, Math.min(text.length(), at + 32)));
    if (special > 0) {
      final int end = text.indexOf('}', at);
      at = end < 0 ? text.length() : end + 1;
    } else {
      while (at < text.length() && Tag.isPart(text.codePointAt(at))) {
        at += Character.charCount(text.codePointAt(at));
      }
    }
    if (at == begin) {
      throw wrong("no tag, ! or ( can begin with this character");
    }
    try {
      final var tag = new Tag(text.substring(begin, at));
      tags.add(begin);
      blanks();
      return new Has(tag);
    } catch (final IllegalArgumentException bad) {
      throw new TagSyntaxException(begin + 1, String.valueOf(bad.getMessage()), EXAMPLE);
    }
  }

  private boolean takes(final String operator) {
    blanks();
    if (!text.startsWith(operator, at)) {
      return false;
    }
    at += operator.length();
    return true;
  }

  private void blanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private TagSyntaxException wrong(final String complaint) {
    return new TagSyntaxException(at + 1, complaint, EXAMPLE);
  }
}
