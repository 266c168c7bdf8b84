package dev.reveille.bench;

import java.time.Duration;

/// The parameters of a crash campaign.
///
/// @param phones one per user
/// @param kills how often the server is killed; without kills only the load tells how long it takes
/// @param faults what Apple does to the server's pushes
/// @param sends what is sent to addresses that belong to no user
record CrashPlan(
    long seed,
    int phones,
    int kills,
    AppleFaultPlan faults,
    Traffic traffic,
    Outgoing sends,
    After after) {

  /// What is sent to addresses that belong to no user: one send after the other.
  ///
  /// @param largest so many addresses are registered
  /// @param oneInSo one in so many sends goes to all of them, the others to fewer
  /// @param pause between two hand-ins, on average
  /// @param cancelledInTen of ten sends so many are cancelled soon
  /// @param scheduledInTen of ten sends so many are for a moment to come
  /// @param faults what Apple does to their pushes
  /// @param beforeKill a kill comes when so many of their pushes came after the start, 0 for a kill
  ///   at any moment
  /// @param rotates whether the app's key and certificate are changed all the time; half of the
  ///   sends go to Apple's sandbox then, with the certificate
  record Outgoing(
      int largest,
      int oneInSo,
      Duration pause,
      int cancelledInTen,
      int scheduledInTen,
      AppleFaultPlan faults,
      int beforeKill,
      boolean rotates) {
    static final Outgoing NONE =
        new Outgoing(0, 1, Duration.ZERO, 0, 0, AppleFaultPlan.FAIR, 0, false);

    boolean isNone() {
      return largest == 0;
    }
  }

  /// What is handed in.
  ///
  /// @param length at least so long, kills or not
  /// @param senders each with a connection of its own
  /// @param pause between two hand-ins of one sender, on average
  /// @param callsInTen of ten events so many are calls
  /// @param ringsFor how long a call may ring
  /// @param longestFate a call that is answered, declined or cancelled is so after this time at
  ///   most
  record Traffic(
      Duration length,
      int senders,
      Duration pause,
      int callsInTen,
      Duration ringsFor,
      Duration longestFate) {}

  /// What is done when nothing is handed in any more.
  ///
  /// @param sleepers whether half of the phones sleep while the server works off what is left;
  ///   otherwise all are open all the time
  /// @param drain how long the trails may take to come to an end
  /// @param linger after the last trail is settled, for what comes too late
  /// @param looking how long messages may take to come to phones that were opened
  record After(boolean sleepers, Duration drain, Duration linger, Duration looking) {}

  /// The campaign of `bench crash`.
  static CrashPlan of(final int kills, final long seed) {
    return new CrashPlan(
        seed,
        24,
        kills,
        AppleFaultPlan.BAD,
        new Traffic(
            Duration.ZERO,
            3,
            Duration.ofMillis(66),
            3,
            Duration.ofSeconds(20),
            Duration.ofSeconds(4)),
        new Outgoing(
            2_500, 3, Duration.ofMillis(1_500), 3, 3, AppleFaultPlan.BAD_FOR_MANY, 0, false),
        new After(true, Duration.ofSeconds(90), Duration.ofSeconds(3), Duration.ofSeconds(30)));
  }

  /// A short campaign without kills, in which a break that is on for 1 of 50 chances strikes
  /// several times.
  static CrashPlan brief(final long seed, final int callsInTen) {
    return new CrashPlan(
        seed,
        8,
        0,
        AppleFaultPlan.FAIR,
        new Traffic(
            Duration.ofSeconds(7),
            2,
            Duration.ofMillis(70),
            callsInTen,
            Duration.ofSeconds(10),
            Duration.ofSeconds(2)),
        Outgoing.NONE,
        new After(true, Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(5)));
  }

  CrashPlan in(final AppleFaultPlan other) {
    return new CrashPlan(seed, phones, kills, other, traffic, sends, after);
  }

  CrashPlan lingering(final Duration linger) {
    final var longer = new After(after.sleepers(), after.drain(), linger, after.looking());
    return new CrashPlan(seed, phones, kills, faults, traffic, sends, longer);
  }

  /// For a server whose trails do not all come to an end.
  CrashPlan drainingFor(final Duration drain) {
    final var shorter = new After(after.sleepers(), drain, after.linger(), after.looking());
    return new CrashPlan(seed, phones, kills, faults, traffic, sends, shorter);
  }

  /// All phones open, and a kill in the middle.
  CrashPlan awakeWithKill() {
    final var awake = new After(false, after.drain(), after.linger(), after.looking());
    return new CrashPlan(seed, phones, 1, faults, traffic, sends, awake);
  }

  /// The same with credentials that change all the time, and more than 1,000 pushes a second.
  /// Between two kills lies more than half a minute, so that most starts stand: after two that did
  /// not, the server takes up few jobs at a time.
  CrashPlan rotatingCredentials() {
    final var more =
        new Outgoing(2_500, 1, Duration.ofMillis(800), 1, 1, AppleFaultPlan.SLOW, 40_000, true);
    return new CrashPlan(seed, phones, kills, faults, traffic, more, after);
  }

  /// Kills, and large sends, some over and some still under way when they come.
  CrashPlan sending(final int times, final int cancelledInTen, final int scheduledInTen) {
    final var out =
        new Outgoing(
            2_400,
            1,
            Duration.ofMillis(1_000),
            cancelledInTen,
            scheduledInTen,
            AppleFaultPlan.SLOW,
            6_000,
            false);
    return new CrashPlan(seed, phones, times, faults, traffic, out, after);
  }
}
