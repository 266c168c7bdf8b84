package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;

/// How long an event matters: no ring or push leaves at or after `alertBefore`; the event stays in
/// the inbox until `keepUntil`.
public record Life(Instant alertBefore, Instant keepUntil) {
  /// No event is kept longer than the store's own retention.
  public static final Duration LONGEST = Duration.ofDays(30);

  public Life {
    if (keepUntil.isBefore(alertBefore)) {
      throw new IllegalArgumentException(
          "keepUntil (" + keepUntil + ") must not be before alertBefore (" + alertBefore + ")");
    }
  }

  public boolean mayAlertAt(final Instant now) {
    return now.isBefore(alertBefore);
  }
}
