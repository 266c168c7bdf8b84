package dev.reveille.http.client;

import java.util.concurrent.atomic.AtomicInteger;

/// How many outgoing connections may be open at once over several pools, so that many hosts that
/// callers name cannot use up the process's file descriptors. Used from any thread.
public final class OutgoingLimit {
  /// For pools whose hosts the operator names: they are few.
  public static final OutgoingLimit NONE = new OutgoingLimit(Integer.MAX_VALUE);

  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  public OutgoingLimit(final int most) {
    this.most = most;
  }

  /// @return false when all places are taken
  boolean take() {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  void giveBack() {
    open.decrementAndGet();
  }

  public int open() {
    return open.get();
  }

  public int most() {
    return most;
  }
}
