package dev.reveille.routing;

import dev.reveille.model.Lane;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Shares the room for targets in memory among the sends under way, which are pushes to many
/// addresses that belong to no user. At most [#MOST_TARGETS] targets are in memory together, and
/// [#URGENT_RESERVE] more for urgent sends only.
///
/// The sends of one lane take turns in two things: in telling their next target, and, when all room
/// is taken, in getting room for their next page.
///
/// Belongs to the dispatcher's thread.
final class SendTurns {
  /// Of all sends together.
  static final int MOST_TARGETS = 8_000;

  /// More for urgent ones: the window of one.
  static final int URGENT_RESERVE = SendFanOut.WINDOW;

  private final Map<Lane, ArrayDeque<SendJob>> lines = new EnumMap<>(Lane.class);

  /// Those that wait for room for their next page.
  private final Map<Lane, ArrayDeque<SendJob>> waiting = new EnumMap<>(Lane.class);

  private int taken;

  SendTurns() {
    for (final var lane : Lane.values()) {
      lines.put(lane, new ArrayDeque<>());
      waiting.put(lane, new ArrayDeque<>());
    }
  }

  // ---- being told -----------------------------------------------------------------------------

  void begins(final SendJob job) {
    line(job.send.lane()).add(job);
  }

  /// Lets each send of the lane have a turn until one used it. Answers whether one did.
  ///
  /// @param isUnderWay those for which it does not hold are over
  boolean next(
      final Lane lane, final Predicate<SendJob> isUnderWay, final Predicate<SendJob> usesTurn) {
    final var line = line(lane);
    for (int sends = line.size(); sends > 0; sends--) {
      final var job = line.poll();
      if (job == null || !isUnderWay.test(job)) {
        continue;
      }
      line.add(job);
      if (usesTurn.test(job)) {
        return true;
      }
    }
    return false;
  }

  private ArrayDeque<SendJob> line(final Lane lane) {
    return of(lines, lane);
  }

  private static ArrayDeque<SendJob> of(
      final Map<Lane, ArrayDeque<SendJob>> lines, final Lane lane) {
    return java.util.Objects.requireNonNull(lines.get(lane));
  }

  // ---- pages ----------------------------------------------------------------------------------

  /// Takes room for a full page, or remembers that the send waits for it.
  boolean takesPage(final SendJob job) {
    if (job.waitsForPage) {
      return false;
    }
    final var before = of(waiting, job.send.lane());
    if (before.isEmpty() && hasRoom(job.send.lane())) {
      take(job);
      return true;
    }
    job.waitsForPage = true;
    before.add(job);
    return false;
  }

  private boolean hasRoom(final Lane lane) {
    return taken + SendFanOut.PAGE <= MOST_TARGETS + (lane == Lane.URGENT ? URGENT_RESERVE : 0);
  }

  /// How many targets a page has is known when it was read: until then it counts as full.
  private void take(final SendJob job) {
    taken += SendFanOut.PAGE;
    job.taken += SendFanOut.PAGE;
  }

  /// The page for which room was taken has so many targets.
  void hasRead(final SendJob job, final int targets) {
    givesBack(job, SendFanOut.PAGE - targets);
  }

  /// So many targets of the send are no more in memory.
  void givesBack(final SendJob job, final int targets) {
    taken -= targets;
    job.taken -= targets;
  }

  /// The send is over.
  void ends(final SendJob job) {
    givesBack(job, job.taken);
  }

  /// The next send that waited and has room for a page now, which it took; null when there is none.
  ///
  /// @param isUnderWay as in [#next]
  @Nullable SendJob nextWithRoom(final Predicate<SendJob> isUnderWay) {
    for (final var lane : Lane.values()) {
      final var line = of(waiting, lane);
      while (!line.isEmpty() && hasRoom(lane)) {
        final var job = line.remove();
        job.waitsForPage = false;
        if (isUnderWay.test(job)) {
          take(job);
          return job;
        }
      }
    }
    return null;
  }
}
