package dev.reveille.bench.verdict;

import dev.reveille.bench.verdict.Evidence.Came;
import dev.reveille.bench.verdict.Evidence.Kill;
import dev.reveille.bench.verdict.Evidence.SendOut;
import dev.reveille.bench.verdict.Evidence.TrailLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks what came to each target of each send, by the raw arrivals at Apple's simulator, against
/// the send's trail. A *send* is a push to addresses that belong to no user.
final class SendTargets {
  /// A send has at most so many targets under way.
  static final int WINDOW = 2_000;

  /// A push that may have arrived is repeated twice.
  private static final int PUSHES_IN_VAIN = 3;

  private static final String UNCERTAIN = "uncertain";
  private static final Set<String> REPEATABLE = Set.of(UNCERTAIN, "try-again");
  private static final int ACCEPTED = 200;

  private SendTargets() {}

  /// One target of a send.
  private record Target(SendOut send, int number, List<Came> came, List<TrailLine> tries) {
    boolean got() {
      return came.stream().anyMatch(one -> one.status() == ACCEPTED);
    }

    long uncertain() {
      return tries.stream().filter(one -> one.outcome().equals(UNCERTAIN)).count();
    }

    /// When nothing more was to come; [Instant#MAX] when that is not told.
    Instant settled() {
      return tries.stream()
          .filter(TrailLine::settled)
          .map(TrailLine::at)
          .findFirst()
          .orElse(Instant.MAX);
    }

    String name() {
      return "target " + number + " of " + send.id();
    }

    /// What Apple and the trail say of it.
    String told() {
      final var answers = came.stream().map(one -> one.at() + " " + one.status()).toList();
      final var lines =
          tries.stream()
              .map(one ->
                  one.at()
                      + " "
                      + one.outcome()
                      + " "
                      + one.why()
                      + (one.settled() ? ", settled" : ""))
              .toList();
      return "Apple's answers " + answers + ", its trail " + lines;
    }
  }

  private static List<Target> targets(final Evidence evidence) {
    final var targets = new ArrayList<Target>();
    for (final var send : evidence.sends()) {
      if (!send.isKept()) {
        continue;
      }
      final Map<Integer, List<Came>> came = new HashMap<>();
      send.came()
          .forEach(one -> came.computeIfAbsent(one.target(), _ -> new ArrayList<>()).add(one));
      final Map<Integer, List<TrailLine>> tries = new HashMap<>();
      send.tries()
          .forEach(one -> tries.computeIfAbsent(one.target(), _ -> new ArrayList<>()).add(one));
      for (int number = 1; number <= send.size(); number++) {
        targets.add(
            new Target(
                send,
                number,
                came.getOrDefault(number, List.of()),
                tries.getOrDefault(number, List.of())));
      }
    }
    return targets;
  }

  // ---- missing --------------------------------------------------------------------------------

  static List<String> missing(final Evidence evidence) {
    final var missing = new ArrayList<String>();
    for (final var send : evidence.sends()) {
      send.refused().forEach(answer -> missing.add(send.id() + " was refused: " + answer));
      send.came().stream()
          .filter(one -> one.target() < 1 || one.target() > send.size())
          .forEach(_ -> missing.add(send.id() + " came to who is not in its audience"));
    }
    for (final var target : targets(evidence)) {
      if (!target.send().isCancelled() && !target.got() && !isInVain(target)) {
        missing.add(target.name() + " got nothing: " + target.told());
      }
    }
    return missing;
  }

  private static boolean isInVain(final Target target) {
    return !target.got() && target.uncertain() >= PUSHES_IN_VAIN;
  }

  static long repeatedInVain(final Evidence evidence) {
    return targets(evidence).stream()
        .filter(target -> !target.send().isCancelled() && isInVain(target))
        .count();
  }

  // ---- too often ------------------------------------------------------------------------------

  static List<String> untold(final Evidence evidence) {
    final var untold = new ArrayList<String>();
    for (final var target : targets(evidence)) {
      final long why =
          target.tries().stream().filter(one -> REPEATABLE.contains(one.outcome())).count();
      final long told = target.came().stream().filter(Came::seen).count();
      if (told > 1 + why) {
        untold.add(
            target.name()
                + " was told "
                + told
                + " times, the trail says why "
                + why
                + " times: "
                + target.told());
      }
    }
    return untold;
  }

  static List<String> again(final Evidence evidence) {
    final var again = new ArrayList<String>();
    for (final var target : targets(evidence)) {
      final var settled = target.settled();
      for (final var kill : evidence.kills()) {
        if (settled.isBefore(kill.sent())
            && target.came().stream().anyMatch(one -> isAfter(evidence, one, kill))) {
          again.add(
              target.name()
                  + " was told after a kill, and its end was known before: "
                  + target.told());
          break;
        }
      }
    }
    return again;
  }

  /// Whether it left after this kill, though it may have been read late.
  private static boolean isAfter(final Evidence evidence, final Came one, final Kill kill) {
    return one.at().isAfter(kill.gone()) && evidence.reached(one.at()).isAfter(kill.gone());
  }

  // ---- under way ------------------------------------------------------------------------------

  /// Whether it had left before this kill, its answer was not noted, and it left again after it.
  private static boolean isUnderWay(final Evidence evidence, final Target target, final Kill kill) {
    if (target.came().size() < 2) {
      return false;
    }
    final var last =
        target.came().stream()
            .map(Came::at)
            .filter(at -> at.isBefore(kill.gone()))
            .max(Instant::compareTo);
    return last.isPresent()
        && target.came().stream().anyMatch(one -> isAfter(evidence, one, kill))
        && target.tries().stream()
            .map(TrailLine::at)
            .noneMatch(at -> !at.isBefore(last.get()) && at.isBefore(kill.sent()));
  }

  static List<String> inFlight(final Evidence evidence) {
    final var tooMany = new ArrayList<String>();
    final var targets = targets(evidence);
    for (int kill = 0; kill < evidence.kills().size(); kill++) {
      for (final var one : underWay(evidence, targets, evidence.kills().get(kill)).entrySet()) {
        if (one.getValue() > WINDOW) {
          tooMany.add(
              "kill %d: %d targets of %s were under way, more than %d"
                  .formatted(kill + 1, one.getValue(), one.getKey(), WINDOW));
        }
      }
    }
    return tooMany;
  }

  static long underWayAtKills(final Evidence evidence) {
    final var targets = targets(evidence);
    return evidence.kills().stream()
        .flatMap(kill -> underWay(evidence, targets, kill).values().stream())
        .mapToLong(Integer::longValue)
        .sum();
  }

  /// How many targets of each send.
  private static Map<String, Integer> underWay(
      final Evidence evidence, final List<Target> targets, final Kill kill) {
    final Map<String, Integer> underWay = new HashMap<>();
    for (final var target : targets) {
      if (isUnderWay(evidence, target, kill)) {
        underWay.merge(target.send().id(), 1, Integer::sum);
      }
    }
    return underWay;
  }

  // ---- its moments ----------------------------------------------------------------------------

  static List<String> cancelled(final Evidence evidence) {
    final var begun = new ArrayList<String>();
    for (final var target : targets(evidence)) {
      if (!target.send().isCancelled() || target.came().isEmpty()) {
        continue;
      }
      final var first = target.came().getFirst();
      if (evidence.kills().stream()
          .anyMatch(kill ->
              target.send().cancelled().isBefore(kill.sent()) && isAfter(evidence, first, kill))) {
        begun.add(target.name() + " was begun after a kill, and the send was cancelled before");
      }
    }
    return begun;
  }

  static List<String> early(final Evidence evidence) {
    final var early = new ArrayList<String>();
    for (final var target : targets(evidence)) {
      final var notBefore = target.send().notBefore();
      if (target.came().stream().anyMatch(one -> one.at().isBefore(notBefore))) {
        early.add(target.name() + " was told before " + notBefore);
      }
    }
    return early;
  }
}
