package dev.reveille.bench.verdict;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The findings of a campaign, per [Question]. The same evidence gives the same verdict.
public final class Verdict {
  private final Map<Question, List<String>> findings = new EnumMap<>(Question.class);

  private Verdict() {}

  public static Verdict of(final Evidence evidence) {
    final var verdict = new Verdict();
    for (final var question : Question.values()) {
      verdict.findings.put(question, List.copyOf(question.findings(evidence)));
    }
    return verdict;
  }

  public List<String> findings(final Question question) {
    return findings.getOrDefault(question, List.of());
  }

  /// How many rings did not come because the server was killed before each next try; none of them
  /// counts as lost.
  public static long ringsWithoutTime(final Evidence evidence) {
    return Accepted.withoutTime(evidence);
  }

  /// How many messages came to a sleeping phone only when it looked, since the push and both
  /// repeats broke off; none of them counts as lost.
  public static long messagesRepeatedInVain(final Evidence evidence) {
    return Accepted.repeatedInVain(evidence);
  }

  /// How many targets of sends were under way at a kill, so that they were told again after it.
  public static long targetsUnderWayAtKills(final Evidence evidence) {
    return SendTargets.underWayAtKills(evidence);
  }

  /// How many targets of sends got nothing, since the push and both repeats broke off; none of them
  /// counts as missing.
  public static long targetsRepeatedInVain(final Evidence evidence) {
    return SendTargets.repeatedInVain(evidence);
  }

  /// The questions with a bad answer.
  public Set<Question> red() {
    final var red = EnumSet.noneOf(Question.class);
    findings.forEach((question, found) -> {
      if (!found.isEmpty()) {
        red.add(question);
      }
    });
    return red;
  }

  @Override
  public String toString() {
    return findings.toString();
  }
}
