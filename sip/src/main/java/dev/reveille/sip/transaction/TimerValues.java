package dev.reveille.sip.transaction;

import java.time.Duration;

/// The three times from which all timers of transactions are made (RFC 3261 table 4).
///
/// @param t1 an estimate of the round trip
/// @param t2 the longest time between repeats of a request other than INVITE, and of an INVITE's
///   answer
/// @param t4 how long a message may stay in the network
public record TimerValues(Duration t1, Duration t2, Duration t4) {
  /// T1 500 ms, T2 4 s, T4 5 s.
  public static final TimerValues STANDARD =
      new TimerValues(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofSeconds(5));

  public TimerValues {
    if (t1.toMillis() < 1 || t2.compareTo(t1) < 0 || t4.isNegative()) {
      throw new IllegalArgumentException(
          "SIP timers: T1 (%s) at least 1 ms, T2 (%s) at least T1, T4 (%s) not negative"
              .formatted(t1, t2, t4));
    }
  }

  long t1Millis() {
    return t1.toMillis();
  }

  long t2Millis() {
    return t2.toMillis();
  }

  long t4Millis() {
    return t4.toMillis();
  }

  /// Timers B, F, H, J, L and M: 64 times T1.
  long giveUpMillis() {
    return 64 * t1Millis();
  }

  /// Timer D: at least 32 s on transports that lose messages.
  long waitForRepeatsMillis() {
    return Math.max(32_000, giveUpMillis());
  }
}
