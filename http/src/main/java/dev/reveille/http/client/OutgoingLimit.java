package dev.reveille.http.client;

import java.util.concurrent.atomic.AtomicInteger;

/// Limits how many outgoing connections may be open at once over several pools, so that callers
/// that name many hosts cannot use up the process's file descriptors. One place in eight is kept
/// for urgent requests; while only those are left, connections that carry nothing are closed soon.
/// Thread-safe.
public final class OutgoingLimit {
  /// For pools whose hosts the operator names: they are few.
  public static final OutgoingLimit NONE = new OutgoingLimit(Integer.MAX_VALUE);

  private static final int ONE_KEPT_OF = 8;

  private final int most;
  private final int mostForAll;
  private final AtomicInteger open = new AtomicInteger();

  public OutgoingLimit(final int most) {
    this.most = most;
    this.mostForAll = most < 2 ? most : most - Math.max(1, most / ONE_KEPT_OF);
  }

  /// @param urgent an urgent request waits for the connection
  /// @return false when all places are taken that it may take
  boolean take(final boolean urgent) {
    if (open.incrementAndGet() > most(urgent)) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  /// Whether no place is left but those for urgent requests.
  boolean isCrowded() {
    return open.get() >= mostForAll;
  }

  void giveBack() {
    open.decrementAndGet();
  }

  public int open() {
    return open.get();
  }

  /// @param urgent including what is kept for urgent requests
  int most(final boolean urgent) {
    return urgent ? most : mostForAll;
  }
}
