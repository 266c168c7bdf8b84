package dev.reveille.http.server;

/// Checks that a peer reads what waits for it fast enough. A peer that takes a byte now and then is
/// alive, but would hold the memory of an answer for days: so many bytes must move in each period.
///
/// A slow mobile link carries several times as much (GPRS about 200 KiB a minute); at this pace the
/// largest page of a list is gone after a quarter of an hour. It exists only while bytes wait.
final class MinimumThroughput {
  /// That must move in a period of [HttpCore#paceMillis], a minute unless a test has another.
  static final int LEAST_BYTES = 32 * 1024;

  private long sinceMillis;
  private long from;

  /// @param moved bytes so far, counted from any point
  MinimumThroughput(final long moved, final long nowMillis) {
    from = moved;
    sinceMillis = nowMillis;
  }

  /// Whether the period ends with the next look.
  boolean isOver(final long periodMillis, final long nowMillis) {
    return nowMillis - sinceMillis >= periodMillis;
  }

  /// Looks once per tick.
  ///
  /// @param least that must have moved in a period
  boolean isTooSlow(
      final long moved, final long least, final long periodMillis, final long nowMillis) {
    if (!isOver(periodMillis, nowMillis)) {
      return false;
    }
    if (moved - from < least) {
      return true;
    }
    from = moved;
    sinceMillis = nowMillis;
    return false;
  }
}
