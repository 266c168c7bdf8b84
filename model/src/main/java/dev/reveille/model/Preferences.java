package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// What a user wants of their devices.
///
/// @param doNotDisturbUntil nothing alerts before this moment; `Instant.MIN` when off
/// @param muted conversations that do not alert
public record Preferences(Spread spread, Instant doNotDisturbUntil, Set<ConversationId> muted) {
  public static final Preferences DEFAULT =
      new Preferences(new Spread.EveryDevice(), Instant.MIN, Set.of());

  public Preferences {
    muted = Set.copyOf(muted);
  }

  /// Which of several devices are told.
  public sealed interface Spread {
    record EveryDevice() implements Spread {}

    /// Only the device used last; another one counts as left after `idle` (Cisco: 300 s).
    record LastActive(Duration idle) implements Spread {}
  }
}
