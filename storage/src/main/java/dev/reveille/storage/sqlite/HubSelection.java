package dev.reveille.storage.sqlite;

import dev.reveille.model.PushService;
import dev.reveille.model.Tag;
import dev.reveille.model.TagExpression;
import dev.reveille.model.TagExpression.And;
import dev.reveille.model.TagExpression.Has;
import dev.reveille.model.TagExpression.Not;
import dev.reveille.model.TagExpression.Or;
import dev.reveille.routing.port.HubRegistrations.Selection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Builds the SQL statement that reads one page of a selection of a hub's targets.
///
/// The statement walks along the numbers of *candidates*, merged from as many ranges of an index as
/// there are tags, each of which ascends; so a page costs what it holds, however many targets have
/// the tag. What the tags alone do not say is asked of each candidate.
///
/// ```
/// a            candidates: a
/// a || b       candidates: a, b
/// a && b       candidates: the rarer of them; of each is asked whether it has the other
/// (a||b) && c  candidates: c, or else a and b
/// !a           candidates: all targets; of each is asked
/// ```
///
/// A pure function but for how dense a tag is, which is asked of the caller.
final class HubSelection {
  /// Where candidates come from.
  ///
  /// @param tags whose targets are the candidates; none when all targets are
  /// @param condition what is to be asked of each candidate; empty when all are meant
  record Plan(Set<Tag> tags, Optional<TagExpression> condition) {
    private static final Plan ALL = new Plan(Set.of(), Optional.empty());

    private static Plan allThat(final TagExpression condition) {
      return new Plan(Set.of(), Optional.of(condition));
    }

    boolean isOfAll() {
      return tags.isEmpty();
    }
  }

  /// @param sql whose columns are [HubTargetRows#TARGET], and last whether the row's target is
  ///   meant
  record Statement(String sql, List<Object> values) {}

  private HubSelection() {}

  /// The lines that a selection reads.
  static List<String> lines(final Selection which) {
    if (which.templates()) {
      return List.of(HubTargetRows.TEMPLATES);
    }
    return which
        .service()
        .map(Stream::of)
        .orElseGet(() -> Stream.of(PushService.values()))
        .map(service -> HubTargetRows.line(service, which.format()))
        .toList();
  }

  // ---- planning -------------------------------------------------------------------------------

  /// How many of the next numbers have a tag.
  @FunctionalInterface
  interface Density {
    double of(Tag tag) throws SQLException;
  }

  /// @param density asked only where there is a choice
  static Plan plan(final Optional<TagExpression> tags, final Density density) throws SQLException {
    return tags.isEmpty() ? Plan.ALL : plan(withPlainNots(tags.get(), false), density);
  }

  /// The same expression with negations of single tags only.
  private static TagExpression withPlainNots(final TagExpression of, final boolean negated) {
    return switch (of) {
      case Has has -> negated ? new Not(has) : has;
      case Not(final TagExpression inner) -> withPlainNots(inner, !negated);
      case And(final List<TagExpression> all) ->
          negated ? new Or(each(all, true)) : new And(each(all, false));
      case Or(final List<TagExpression> any) ->
          negated ? new And(each(any, true)) : new Or(each(any, false));
    };
  }

  private static List<TagExpression> each(final List<TagExpression> all, final boolean negated) {
    return all.stream().map(one -> withPlainNots(one, negated)).toList();
  }

  private static Plan plan(final TagExpression of, final Density density) throws SQLException {
    return switch (of) {
      case Has(final Tag tag) -> new Plan(Set.of(tag), Optional.empty());
      case Not _ -> Plan.allThat(of);
      case Or(final List<TagExpression> any) -> union(of, plans(any, density));
      case And(final List<TagExpression> all) -> rarest(of, all, density);
    };
  }

  private static List<Plan> plans(final List<TagExpression> parts, final Density density)
      throws SQLException {
    final List<Plan> plans = new ArrayList<>(parts.size());
    for (final TagExpression part : parts) {
      plans.add(plan(part, density));
    }
    return plans;
  }

  private static Plan union(final TagExpression whole, final List<Plan> parts) {
    if (parts.stream().anyMatch(Plan::isOfAll)) {
      return Plan.allThat(whole);
    }
    final Set<Tag> tags = new LinkedHashSet<>();
    parts.forEach(part -> tags.addAll(part.tags()));
    final boolean isAsked = parts.stream().anyMatch(part -> part.condition().isPresent());
    return new Plan(
        Collections.unmodifiableSet(tags), isAsked ? Optional.of(whole) : Optional.empty());
  }

  private static Plan rarest(
      final TagExpression whole, final List<TagExpression> all, final Density density)
      throws SQLException {
    final List<Plan> plans = plans(all, density);
    final int best = rarest(plans, density);
    if (best < 0) {
      return Plan.allThat(whole);
    }
    final List<TagExpression> asked = new ArrayList<>(all);
    final TagExpression driving = asked.remove(best);
    if (plans.get(best).condition().isPresent()) {
      asked.add(driving);
    }
    return new Plan(
        plans.get(best).tags(), Optional.of(asked.size() == 1 ? asked.getFirst() : new And(asked)));
  }

  /// The place of the plan with the fewest candidates; -1 when all are of all targets.
  private static int rarest(final List<Plan> plans, final Density density) throws SQLException {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    final boolean isChoice = plans.stream().filter(plan -> !plan.isOfAll()).count() > 1;
    for (int i = 0; i < plans.size(); i++) {
      if (plans.get(i).isOfAll()) {
        continue;
      }
      double candidates = 0;
      for (final Tag tag : isChoice ? plans.get(i).tags() : Set.<Tag>of()) {
        candidates += density.of(tag);
      }
      if (candidates < least) {
        least = candidates;
        best = i;
      }
    }
    return best;
  }

  // ---- the statement --------------------------------------------------------------------------

  /// Which numbers of a hub are looked at.
  ///
  /// @param second the present one: what is over is not meant
  /// @param most so many candidates at most
  record Range(long hub, long after, long upTo, long second, int most) {}

  static Statement page(final Selection which, final Plan plan, final Range range) {
    final StringBuilder candidates = new StringBuilder();
    final List<Object> ofCandidates = new ArrayList<>();
    for (final String line : lines(which)) {
      if (plan.isOfAll()) {
        candidates
            .append(candidates.isEmpty() ? "" : " UNION ")
            .append("SELECT number FROM hub_target WHERE hub = ? AND line = ?")
            .append(" AND number > ? AND number <= ?");
        ofCandidates.addAll(List.of(range.hub(), line, range.after(), range.upTo()));
      }
      for (final Tag tag : plan.tags()) {
        candidates
            .append(candidates.isEmpty() ? "" : " UNION ")
            .append("SELECT target FROM hub_tag WHERE hub = ? AND tag = ? AND line = ?")
            .append(" AND target > ? AND target <= ?");
        ofCandidates.addAll(List.of(range.hub(), tag.folded(), line, range.after(), range.upTo()));
      }
    }
    final StringBuilder meant = new StringBuilder("(t.ends IS NULL OR t.ends > ?)");
    final List<Object> ofMeant = new ArrayList<>(List.of(range.second()));
    if (which.templates() && which.service().isPresent()) {
      meant.append(" AND t.service = ?");
      ofMeant.add(which.service().get().word());
    }
    plan.condition()
        .ifPresent(asked -> {
          meant.append(" AND ");
          ask(meant, ofMeant, asked, range.hub());
        });
    final List<Object> values = new ArrayList<>(ofCandidates);
    values.add(range.most());
    values.addAll(ofMeant);
    return new Statement(
        "WITH candidate(at) AS ("
            + candidates
            + " ORDER BY 1 LIMIT ?) SELECT "
            + HubTargetRows.TARGET
            + ", ("
            + meant
            + ") FROM candidate CROSS JOIN hub_target AS t ON t.number = candidate.at",
        values);
  }

  /// A condition on the target `t`, with a question mark for each value.
  private static void ask(
      final StringBuilder sql,
      final List<Object> values,
      final TagExpression asked,
      final long hub) {
    switch (asked) {
      case Has(final Tag tag) -> {
        sql.append("EXISTS (SELECT 1 FROM hub_tag AS h WHERE h.hub = ? AND h.tag = ?")
            .append(" AND h.line = t.line AND h.target = t.number)");
        values.add(hub);
        values.add(tag.folded());
      }
      case Not(final TagExpression inner) -> {
        sql.append("NOT ");
        ask(sql, values, inner, hub);
      }
      case And(final List<TagExpression> all) -> ask(sql, values, all, " AND ", hub);
      case Or(final List<TagExpression> any) -> ask(sql, values, any, " OR ", hub);
    }
  }

  private static void ask(
      final StringBuilder sql,
      final List<Object> values,
      final List<TagExpression> parts,
      final String operator,
      final long hub) {
    String before = "(";
    for (final TagExpression part : parts) {
      sql.append(before);
      ask(sql, values, part, hub);
      before = operator;
    }
    sql.append(")");
  }
}
