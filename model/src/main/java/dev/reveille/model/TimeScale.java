package dev.reveille.model;

import java.time.Duration;
import java.time.Instant;

/// Divides the waits, lives and schedules of this process, so that a trial plays a day in minutes.
/// One number for the process (`trial.time-scale`), 1 unless set: pauses between tries, how long an
/// event matters and is kept, how long a request is held. Clocks run as always, and moments that
/// are told to others are moments of the real time.
///
/// Constants are divided when their class is initialised, so the number is set before anything else
/// of the server is loaded, and cannot change then. Safe for use by several threads.
public final class TimeScale {
  /// More would leave nothing of a ring: a minute would be a hundredth of a second.
  public static final int MOST = 6_000;

  /// No wait for a peer's answer becomes shorter: the network is not faster than usual.
  public static final Duration OF_A_PEER = Duration.ofMillis(500);

  private static int scale = 1;
  private static boolean used;

  /// The number from its first use on. A constant of its own class, so that it costs nothing.
  private static final class Used {
    private static final int SCALE = use();

    private Used() {}
  }

  private static synchronized int use() {
    used = true;
    return scale;
  }

  private TimeScale() {}

  /// Sets the number, before any duration was divided by another.
  ///
  /// @throws IllegalArgumentException unless it is 1 to [#MOST]
  /// @throws IllegalStateException when durations were divided by another number already
  public static synchronized void set(final int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(
          "trial.time-scale must be from 1 to " + MOST + ", not " + value);
    }
    if (used && value != scale) {
      throw new IllegalStateException("durations were divided by " + scale + " already");
    }
    scale = value;
  }

  /// By how much durations are divided; 1 outside of trials.
  public static int value() {
    return Used.SCALE;
  }

  /// The duration in a process of this scale; at least one millisecond, unless it is shorter or not
  /// positive anyway.
  public static Duration divide(final Duration usual) {
    return divide(usual, Duration.ofMillis(1));
  }

  /// The same, but not shorter than a duration that the machine or the network needs.
  public static Duration divide(final Duration usual, final Duration least) {
    return divide(usual, least, value());
  }

  static Duration divide(final Duration usual, final Duration least, final int by) {
    if (by == 1 || usual.compareTo(least) <= 0) {
      return usual;
    }
    final var divided = usual.dividedBy(by);
    return divided.compareTo(least) < 0 ? least : divided;
  }

  /// The moment that lies ahead by a part of what the given one does; one that is not ahead stays.
  public static Instant divide(final Instant now, final Instant moment) {
    return divide(now, moment, value());
  }

  static Instant divide(final Instant now, final Instant moment, final int by) {
    return by == 1 || !moment.isAfter(now)
        ? moment
        : now.plus(Duration.between(now, moment).dividedBy(by));
  }
}
