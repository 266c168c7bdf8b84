package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;

/// How long an event matters: no ring or push leaves at or after `alertBefore`; the event stays in
/// the inbox until `keepUntil`.
///
/// @param generation of the server's clock in which `alertBefore` was computed from a duration, so
///   that it moves with the clock when that is set; [#OF_SENDER] for a moment that the sender
///   wrote, which never moves
public record Life(Instant alertBefore, Instant keepUntil, int generation) {
  /// No event is kept longer than the store's own retention.
  public static final Duration LONGEST = Duration.ofDays(30);

  public static final int OF_SENDER = 0;

  public Life {
    if (keepUntil.isBefore(alertBefore)) {
      throw new IllegalArgumentException(
          "keepUntil (" + keepUntil + ") must not be before alertBefore (" + alertBefore + ")");
    }
  }

  /// Moments as the sender wrote them.
  public Life(final Instant alertBefore, final Instant keepUntil) {
    this(alertBefore, keepUntil, OF_SENDER);
  }

  public boolean mayAlertAt(final Instant now) {
    return now.isBefore(alertBefore);
  }

  /// The same after the clock was set by this much. An event that is not kept for longer than it
  /// alerts stays so.
  public Life after(final Duration steps, final int laterGeneration) {
    if (generation == OF_SENDER || generation == laterGeneration) {
      return this;
    }
    final var before = alertBefore.plus(steps);
    final boolean isOne = keepUntil.equals(alertBefore);
    return new Life(
        before, isOne || keepUntil.isBefore(before) ? before : keepUntil, laterGeneration);
  }
}
