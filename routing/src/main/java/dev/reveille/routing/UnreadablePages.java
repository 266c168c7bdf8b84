package dev.reveille.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/// Sends whose audience could not be read, and the moments at which that is tried again.
///
/// Belongs to the dispatcher's thread.
final class UnreadablePages {
  /// Of a send whose time was over before its audience could be read.
  static final String WHY = "its audience could not be read";

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(5);

  private final ArrayDeque<SendJob> resting = new ArrayDeque<>();

  /// @param end nothing of the send may leave at this moment or later: it is tried then once more
  void rests(final SendJob job, final Instant now, final Instant end) {
    final var next = now.plus(AFTER_A_FAULT);
    job.restsUntil = next.isBefore(end) ? next : end;
    resting.add(job);
  }

  /// @param again told of each send whose audience is to be read now
  /// @return when to look again, `Instant.MAX` for never
  Instant look(final Instant now, final Consumer<SendJob> again) {
    for (var first = resting.peek(); first != null; first = resting.peek()) {
      if (now.isBefore(first.restsUntil)) {
        return first.restsUntil;
      }
      resting.poll();
      again.accept(first);
    }
    return Instant.MAX;
  }

  void clockSet(final Duration step) {
    resting.forEach(job -> job.restsUntil = job.restsUntil.plus(step));
  }
}
