package dev.reveille.simulators.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/// The newest arrivals at a simulator, oldest first, up to a limit; tests wait for them here.
/// Thread-safe, by its own lock.
///
/// @param <T> one arrival
public final class Arrivals<T extends Arrivals.Arrival> {
  /// Something that arrived.
  public interface Arrival {
    /// Counts arrivals at this simulator.
    long sequence();

    /// The device token it was for, or "".
    String token();
  }

  private final int most;
  private final ArrayDeque<T> arrived = new ArrayDeque<>();
  private long lastSequence;

  /// @param most so many are remembered
  public Arrivals(final int most) {
    this.most = most;
  }

  /// @param made makes the arrival from its sequence number
  public synchronized T add(final LongFunction<T> made) {
    final var one = made.apply(++lastSequence);
    arrived.addLast(one);
    while (arrived.size() > most) {
      arrived.removeFirst();
    }
    notifyAll();
    return one;
  }

  /// @param token only to this one, or "" for all
  public synchronized List<T> list(final String token, final long since) {
    final var found = new ArrayList<T>();
    for (final var one : arrived) {
      if (one.sequence() > since && (token.isEmpty() || one.token().equals(token))) {
        found.add(one);
      }
    }
    return found;
  }

  /// Waits until so many have arrived, or the patience is over.
  public synchronized List<T> await(final String token, final int wanted, final Duration patience)
      throws InterruptedException {
    final long until = System.nanoTime() + patience.toNanos();
    var found = list(token, 0);
    while (found.size() < wanted) {
      final long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return found;
      }
      wait(left);
      found = list(token, 0);
    }
    return found;
  }
}
