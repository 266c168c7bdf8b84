package dev.reveille.bench;

import java.util.List;

/// Judges the server from the facts of an attack. A fault counts however much was held; that
/// nothing happened counts only when the attack filled its bound.
final class SiegeVerdict {
  private static final double MOST_OF_CONTROL = 3;
  private static final double MOST_MILLIS = 1_500;
  static final double LEAST_HELD = 0.9;

  /// What is counted here and there is not of one moment.
  private static final double MOST_HELD = 1.1;

  /// Units of rows that are no bound on what is held.
  private static final List<String> COUNTED_OTHERWISE =
      List.of(SiegeRow.REFUSALS, SiegeRow.LANGUAGES, SiegeRow.CHANNELS);

  private static final double MIB = 1 << 20;
  private static final int SHOWN = 3;

  private SiegeVerdict() {}

  static boolean isVoid(final SiegeFacts facts) {
    return !(facts.held() >= LEAST_HELD * facts.row());
  }

  /// Whether the attack hurt, so that a build without bounds is known to be hurt by it: the process
  /// ended, hung, or kept the victim waiting for too long.
  static String hurt(final SiegeFacts facts) {
    if (!facts.stands()) {
      return "ended";
    }
    if (facts.unanswered() > 0) {
      return "hung";
    }
    if (facts.lost() > 0) {
      return "lost " + facts.lost() + " calls";
    }
    return isSlow(facts) ? "kept calls waiting for %.0f ms at p99".formatted(p99(facts)) : "";
  }

  private static double p99(final SiegeFacts facts) {
    return SiegeFacts.percentile(facts.calls(), 0.99);
  }

  private static double ratio(final SiegeFacts facts) {
    return p99(facts) / SiegeFacts.percentile(facts.beside(), 0.99);
  }

  private static boolean isSlow(final SiegeFacts facts) {
    return !(p99(facts) <= MOST_MILLIS && ratio(facts) <= MOST_OF_CONTROL);
  }

  static void tell(final Report report, final SiegeFacts facts) {
    final var name = facts.attack() + ": ";
    figures(report, name, facts);
    final var why =
        Double.isNaN(facts.held())
            ? "the server does not say how much it held"
            : "it held %,.0f %s, less than 90 %% of its bound of %,.0f"
                .formatted(facts.held(), facts.unit(), facts.row());
    final boolean isVoid = isVoid(facts);
    none(report, isVoid, why, name + "the server ended", facts.stands() ? 0 : 1);
    none(
        report,
        isVoid,
        why,
        name + "/ready without an answer within " + SiegeWatch.LONGEST.toSeconds() + " s",
        facts.unanswered());
    none(report, isVoid, why, name + "calls not exactly once at their phone", facts.lost());
    none(report, isVoid, why, name + "calls not exactly once at the control", facts.lostBeside());
    none(report, isVoid, why, name + "faults in the log", facts.faults().size());
    if (!COUNTED_OTHERWISE.contains(facts.unit())) {
      final double beyond = facts.held() - MOST_HELD * facts.row();
      none(report, isVoid, why, name + "held beyond its bound", Math.max(0, Math.round(beyond)));
    }
    final long stayed = facts.heapAfter() - facts.heapBefore() - facts.allowance();
    none(
        report,
        isVoid,
        why,
        name + "MiB of heap that stayed beyond %.0f".formatted(facts.allowance() / MIB),
        facts.heapAfter() > 0 ? Math.ceilDiv(Math.max(0, stayed), (long) MIB) : 0);
    atMost(report, isVoid, why, name + "wake p99, ms", p99(facts), MOST_MILLIS);
    atMost(report, isVoid, why, name + "wake p99 to the control's", ratio(facts), MOST_OF_CONTROL);
    facts.faults().stream().limit(SHOWN).forEach(line -> report.remark(name + line));
    facts.calls().stream()
        .filter(call -> !call.isExact())
        .limit(SHOWN)
        .forEach(call -> report.remark(name + "not exactly once: " + call));
    facts.beside().stream()
        .filter(call -> !call.isExact())
        .limit(SHOWN)
        .forEach(call -> report.remark(name + "not exactly once at the control: " + call));
    report.remark(name + "the attacker was told " + facts.said());
  }

  private static void figures(final Report report, final String name, final SiegeFacts facts) {
    report.figure(name + "calls", "calls", facts.calls().size());
    if (!Double.isNaN(facts.held())) {
      report.figure(name + "held at the most", facts.unit(), facts.held());
    }
    report.figure(name + "the bound", facts.unit(), facts.row());
    report.figure(name + "live heap before", "MiB", facts.heapBefore() / MIB);
    report.figure(name + "live heap after", "MiB", facts.heapAfter() / MIB);
    for (final double share : new double[] {0.5, 0.99, 1}) {
      final var what = name + "wake p%.0f".formatted(share * 100);
      final double at = SiegeFacts.percentile(facts.calls(), share);
      final double beside = SiegeFacts.percentile(facts.beside(), share);
      if (!Double.isNaN(at)) {
        report.figure(what, "ms", at);
      }
      if (!Double.isNaN(beside)) {
        report.peer(what, "ms", beside);
      }
    }
  }

  private static void none(
      final Report report,
      final boolean isVoid,
      final String why,
      final String name,
      final long faults) {
    if (isVoid && faults == 0) {
      report.notJudged(name, 0, 0, why);
    } else {
      report.none(name, faults);
    }
  }

  private static void atMost(
      final Report report,
      final boolean isVoid,
      final String why,
      final String name,
      final double value,
      final double most) {
    if (isVoid && value <= most || Double.isNaN(value)) {
      report.notJudged(name, most, most, Double.isNaN(value) ? "no call arrived" : why);
    } else {
      report.atMost(name, value, most, most);
    }
  }

  /// Faults of a log: what is severe or has the words of an error that ends things, other than what
  /// is allowed.
  static List<String> faults(final List<String> log, final List<String> allowed) {
    return log.stream()
        .filter(line -> line.contains(" SEVERE ") || line.contains("Terminating due to"))
        .filter(line -> allowed.stream().noneMatch(line::contains))
        .toList();
  }
}
