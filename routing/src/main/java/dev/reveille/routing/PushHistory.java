package dev.reveille.routing;

import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.routing.port.TrailStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What the trail says about the pushes of one event to one device: how many left, and whether one
/// of them may have arrived without an answer.
///
/// The first push of an event leaves without a line, so an event of a former run that has none may
/// have been pushed. Every further push has its [Outcome#LEAVES] line on disk before it leaves: so
/// of those it is known exactly which may have left without an answer.
///
/// @param pushes the number of the last one
/// @param uncertain how many of them may have arrived without an answer
/// @param unanswered the last one leaves, and nothing is known of its end
record PushHistory(int pushes, int uncertain, boolean unanswered) {
  static final PushHistory NOTHING_KNOWN = new PushHistory(0, 0, false);

  /// What the trail of an event or a send says of each target that had a push. Reads the disk; the
  /// lines are not held.
  static Map<TargetKey, PushHistory> of(final TrailStore trail, final long job) {
    return of(trail, job, _ -> true);
  }

  /// The same of some targets.
  static Map<TargetKey, PushHistory> of(
      final TrailStore trail, final long job, final Predicate<TargetKey> which) {
    final var history = new HashMap<TargetKey, PushHistory>();
    trail.read(
        job,
        line -> {
          switch (line) {
            case TrailEntry.Opening opening ->
                add(history, which, opening.target(), opening.tries());
            case TrailEntry.Later later -> add(history, which, later.target(), later.tries());
            case TrailEntry.Targets targets ->
                targets
                    .targets()
                    .forEach(target -> add(history, which, target.target(), target.tries()));
            case TrailEntry.NoDevice _ -> {}
          }
        });
    return history;
  }

  /// The same without those of which a row knows as much.
  static Map<TargetKey, PushHistory> worthKnowing(final TrailStore trail, final long job) {
    final var history = of(trail, job);
    history.values().removeIf(one -> !one.unanswered && one.uncertain == 0);
    return Map.copyOf(history);
  }

  private static void add(
      final Map<TargetKey, PushHistory> history,
      final Predicate<TargetKey> which,
      final TargetKey target,
      final List<Try> tries) {
    if (tries.isEmpty() || !which.test(target)) {
      return;
    }
    for (final var one : tries) {
      if (one.way().equals("push") && !one.outcome().equals(Outcome.WAITS.word())) {
        history.merge(target, first(one), (before, _) -> before.and(one));
      }
    }
  }

  private static PushHistory first(final Try one) {
    return NOTHING_KNOWN.and(one);
  }

  private PushHistory and(final Try one) {
    return new PushHistory(
        Math.max(pushes, one.number()),
        uncertain + (one.outcome().equals(Outcome.UNCERTAIN.word()) ? 1 : 0),
        one.outcome().equals(Outcome.LEAVES.word()));
  }
}
