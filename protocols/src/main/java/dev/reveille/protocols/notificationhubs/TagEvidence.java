package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import dev.reveille.model.TagExpression.And;
import dev.reveille.model.TagExpression.Has;
import dev.reveille.model.TagExpression.Not;
import dev.reveille.model.TagExpression.Or;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Why a tag expression is true or false of a registration: the tags on which that hangs. Of `(a ||
/// b) && !c` and a registration with `a` these are `a`, which it carries, and `c`, which it lacks.
///
/// @param carried those that the registration has, each once, in the order of the expression
/// @param lacked those that it has not
record TagEvidence(List<String> carried, List<String> lacked) {
  /// Of a send that asks for no tags.
  static final TagEvidence NONE = new TagEvidence(List.of(), List.of());

  /// A pure function.
  static TagEvidence of(final TagExpression expression, final Set<Tag> tags) {
    final Set<Tag> named = new LinkedHashSet<>();
    gather(expression, tags, named);
    return new TagEvidence(
        named.stream().filter(tags::contains).map(Tag::value).toList(),
        named.stream().filter(tag -> !tags.contains(tag)).map(Tag::value).toList());
  }

  /// Of parts that are joined, those count that make the whole what it is.
  private static void gather(
      final TagExpression expression, final Set<Tag> tags, final Set<Tag> named) {
    switch (expression) {
      case Has(var tag) -> named.add(tag);
      case Not(var of) -> gather(of, tags, named);
      case And(var all) -> gather(all, expression.matches(tags), tags, named);
      case Or(var any) -> gather(any, expression.matches(tags), tags, named);
    }
  }

  private static void gather(
      final List<TagExpression> parts,
      final boolean matching,
      final Set<Tag> tags,
      final Set<Tag> named) {
    parts.stream()
        .filter(part -> part.matches(tags) == matching)
        .forEach(part -> gather(part, tags, named));
  }
}
