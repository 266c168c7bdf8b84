package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A user's wishes about alerts on their devices: do not disturb, quiet hours, muted conversations,
/// ring limit.
///
/// @param doNotDisturbUntil nothing alerts before this moment; `Instant.MIN` when off,
///   `Instant.MAX` until it is taken back
/// @param muted conversations that do not alert, each until its moment; `Instant.MAX` for good
/// @param letThrough addresses of callers, as they were written, who ring whatever else is said
///   here; compared by [Folded]
public record Preferences(
    Spread spread,
    Instant doNotDisturbUntil,
    Map<ConversationId, Instant> muted,
    Optional<QuietHours> quietHours,
    Optional<RingLimit> ringLimit,
    Set<String> letThrough) {
  public static final Preferences DEFAULT =
      new Preferences(new Spread.EveryDevice(), Instant.MIN, Set.of());

  public Preferences {
    muted = Map.copyOf(muted);
    letThrough = CallerSet.of(letThrough);
  }

  /// Without quiet hours, ring limit and exceptions; mutes for good.
  public Preferences(
      final Spread spread, final Instant doNotDisturbUntil, final Set<ConversationId> muted) {
    this(spread, doNotDisturbUntil, forGood(muted), Optional.empty(), Optional.empty(), Set.of());
  }

  private static Map<ConversationId, Instant> forGood(final Set<ConversationId> muted) {
    final var all = new HashMap<ConversationId, Instant>();
    muted.forEach(conversation -> all.put(conversation, Instant.MAX));
    return all;
  }

  /// On which of a user's devices events alert.
  public sealed interface Spread {
    record EveryDevice() implements Spread {}

    /// Only the device used last; another one counts as left after `idle` (Cisco: 300 s).
    record LastActive(Duration idle) implements Spread {}
  }

  /// So many calls of one caller may ring in a sliding window; further ones stay silent.
  public record RingLimit(int rings, Duration window) {
    public static final int MOST_RINGS = 100;
    public static final Duration LONGEST_WINDOW = Duration.ofHours(24);

    public RingLimit {
      if (rings < 1 || rings > MOST_RINGS) {
        throw new IllegalArgumentException("rings must be 1 to " + MOST_RINGS + ", not " + rings);
      }
      if (window.compareTo(Duration.ofSeconds(1)) < 0 || window.compareTo(LONGEST_WINDOW) > 0) {
        throw new IllegalArgumentException(
            "window must be PT1S to " + LONGEST_WINDOW + ", not " + window);
      }
    }
  }

  /// Whether this conversation must not alert at this moment.
  public boolean mutes(final ConversationId conversation, final Instant now) {
    final var until = muted.get(conversation);
    return until != null && now.isBefore(until);
  }

  /// Whether this caller rings whatever else is said here.
  public boolean letsThrough(final Caller caller) {
    return letThrough instanceof final CallerSet callers && callers.names(caller.address());
  }

  /// Why nothing may alert at this moment, whichever event it is; empty when it may.
  public Optional<Reason> silence(final Instant now) {
    if (now.isBefore(doNotDisturbUntil)) {
      return DISTURB;
    }
    return quietHours.isPresent() && quietHours.get().at(now) ? QUIET : Optional.empty();
  }

  private static final Optional<Reason> DISTURB = Optional.of(Reason.DO_NOT_DISTURB);
  private static final Optional<Reason> QUIET = Optional.of(Reason.QUIET_HOURS);

  public Preferences withDoNotDisturb(final Instant until) {
    return new Preferences(spread, until, muted, quietHours, ringLimit, letThrough);
  }

  public Preferences withMuted(final Map<ConversationId, Instant> conversations) {
    return new Preferences(
        spread, doNotDisturbUntil, conversations, quietHours, ringLimit, letThrough);
  }

  public Preferences withQuietHours(final Optional<QuietHours> hours) {
    return new Preferences(spread, doNotDisturbUntil, muted, hours, ringLimit, letThrough);
  }

  public Preferences withRingLimit(final Optional<RingLimit> limit) {
    return new Preferences(spread, doNotDisturbUntil, muted, quietHours, limit, letThrough);
  }

  public Preferences withLetThrough(final Set<String> callers) {
    return new Preferences(spread, doNotDisturbUntil, muted, quietHours, ringLimit, callers);
  }

  public Preferences withSpread(final Spread other) {
    return new Preferences(other, doNotDisturbUntil, muted, quietHours, ringLimit, letThrough);
  }
}
