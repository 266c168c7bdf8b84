package dev.reveille.routing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Divides one limit among organisations (or other owners), so that one that floods cannot keep the
/// others out, and neither can a few together.
///
/// An owner that is the only one that ever asked may take all of it. As soon as there are several,
/// each gets at most three quarters, because what is taken may be held for minutes. While another
/// one waits, which is for [#LATELY] milliseconds after it asked, one gets at most half; and of the
/// last quarter only those get something that hold less than an eighth. The last request that fits
/// may exceed its owner's part.
///
/// Thread-safe, without a lock: requests of the same moment may together exceed the limit.
public final class FairShare<K> {
  /// One that asked within these milliseconds counts as waiting.
  public static final long LATELY = 60_000;

  private static final long BETWEEN_NOTES = 50;

  private final long most;
  private final ConcurrentHashMap<K, AtomicLong> held = new ConcurrentHashMap<>();
  private final AtomicLong taken = new AtomicLong();

  /// Who asked last and when, and when the last one asked who was not that one. Two that ask at the
  /// same moment may be noted as one.
  private record Asked(Object last, long at, long otherAt) {}

  private volatile @Nullable Asked asked;

  public FairShare(final long most) {
    this.most = most;
  }

  /// Takes so much when there is anything left for this one.
  ///
  /// @param reserve how much more than usual there is
  /// @param now in milliseconds
  public boolean take(final K by, final long weight, final long reserve, final long now) {
    final boolean isShared = note(by, now);
    final var share = held.computeIfAbsent(by, _ -> new AtomicLong());
    final long before = taken.getAndAdd(weight);
    if (before >= most + reserve
        || (held.size() > 1 && isNearlyAll(share.get(), reserve))
        || (isShared && isTooMuch(share.get(), before, reserve))) {
      taken.addAndGet(-weight);
      return false;
    }
    share.addAndGet(weight);
    return true;
  }

  private boolean isNearlyAll(final long own, final long reserve) {
    final long room = most + reserve;
    return own >= room - room / 4;
  }

  private boolean isTooMuch(final long own, final long all, final long reserve) {
    final long room = most + reserve;
    return own >= room / 2 || (all >= room - room / 4 && own >= room / 8);
  }

  /// Takes so much however little is left.
  public void takeAnyway(final K by, final long weight) {
    held.computeIfAbsent(by, _ -> new AtomicLong()).addAndGet(weight);
    taken.addAndGet(weight);
  }

  public void giveBack(final K by, final long weight) {
    final var share = held.get(by);
    if (share != null) {
      share.addAndGet(-weight);
    }
    taken.addAndGet(-weight);
  }

  /// How much all hold.
  public long taken() {
    return taken.get();
  }

  /// How much this one holds.
  public long taken(final K by) {
    final var share = held.get(by);
    return share == null ? 0 : share.get();
  }

  /// Notes that this one asks. Answers whether another one did lately.
  boolean note(final K by, final long now) {
    final var before = asked;
    if (before == null) {
      asked = new Asked(by, now, Long.MIN_VALUE / 2);
      return false;
    }
    if (!before.last.equals(by)) {
      asked = new Asked(by, now, before.at);
      return isLately(before.at, now);
    }
    if (Math.abs(now - before.at) > BETWEEN_NOTES) {
      asked = new Asked(by, now, before.otherAt);
    }
    return isLately(before.otherAt, now);
  }

  /// A moment that is yet to come was noted before the clock was set back: it says nothing.
  private static boolean isLately(final long at, final long now) {
    return Math.abs(now - at) < LATELY;
  }
}
