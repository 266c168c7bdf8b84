package dev.reveille.bench;

import java.time.Duration;

/// How a crash campaign goes.
///
/// @param kills how often the server is killed; without kills the load goes on for `load`
/// @param phones one per user
/// @param ringsFor how long a call may ring
/// @param pause between two hand-ins of one sender, on average
/// @param callsInTen of ten events so many are calls
/// @param longestFate a call that is answered, declined or cancelled is so after this time at most
/// @param weather what Apple does to the server's pushes
/// @param sleepers whether half of the phones sleep while the server works off what is left;
///   otherwise all are open all the time
/// @param drain how long the trails may take to come to an end
/// @param linger after the last trail is settled, for what comes too late
record CrashPlan(
    long seed,
    int kills,
    Duration load,
    int phones,
    int senders,
    Duration ringsFor,
    Duration pause,
    int callsInTen,
    Duration longestFate,
    Weather weather,
    boolean sleepers,
    Duration drain,
    Duration linger) {

  /// What Apple does to pushes.
  enum Weather {
    /// Everything is accepted.
    FAIR,
    /// A little of everything that can happen to a sender.
    BAD,
    /// Half of the pushes are refused although they were delivered, so that they come again.
    REPEATING
  }

  /// The campaign of `bench crash`.
  static CrashPlan of(final int kills, final long seed) {
    return new CrashPlan(
        seed,
        kills,
        Duration.ZERO,
        24,
        3,
        Duration.ofSeconds(20),
        Duration.ofMillis(66),
        3,
        Duration.ofSeconds(4),
        Weather.BAD,
        true,
        Duration.ofSeconds(90),
        Duration.ofSeconds(3));
  }

  /// A short campaign without kills, in which a break that is on for 1 of 50 chances strikes about
  /// ten times.
  static CrashPlan brief(final long seed) {
    return new CrashPlan(
        seed,
        0,
        Duration.ofSeconds(6),
        8,
        2,
        Duration.ofSeconds(5),
        Duration.ofMillis(20),
        5,
        Duration.ofSeconds(2),
        Weather.FAIR,
        true,
        Duration.ofSeconds(30),
        Duration.ofSeconds(1));
  }

  CrashPlan withCalls(final int inTen) {
    return new CrashPlan(
        seed,
        kills,
        load,
        phones,
        senders,
        ringsFor,
        pause,
        inTen,
        longestFate,
        weather,
        sleepers,
        drain,
        linger);
  }

  CrashPlan withWeather(final Weather other) {
    return new CrashPlan(
        seed,
        kills,
        load,
        phones,
        senders,
        ringsFor,
        pause,
        callsInTen,
        longestFate,
        other,
        sleepers,
        drain,
        linger);
  }

  /// All phones open, and a kill in the middle.
  CrashPlan awakeWithKill() {
    return new CrashPlan(
        seed,
        1,
        load,
        phones,
        senders,
        ringsFor,
        pause,
        callsInTen,
        longestFate,
        weather,
        false,
        drain,
        linger);
  }

  CrashPlan patient(final Duration newDrain, final Duration newLinger) {
    return new CrashPlan(
        seed,
        kills,
        load,
        phones,
        senders,
        ringsFor,
        pause,
        callsInTen,
        longestFate,
        weather,
        sleepers,
        newDrain,
        newLinger);
  }
}
