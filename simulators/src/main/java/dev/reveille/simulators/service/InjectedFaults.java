package dev.reveille.simulators.service;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The faults in force, oldest first; a request gets the first one that matches it. Thread-safe.
public final class InjectedFaults {
  private static final class Armed {
    private final Fault fault;
    private final Random random;
    private int left;

    Armed(final Fault fault) {
      this.fault = fault;
      this.random = new Random(fault.seed());
      this.left = fault.times();
    }
  }

  private final CopyOnWriteArrayList<Armed> armed = new CopyOnWriteArrayList<>();

  public void add(final Fault fault) {
    armed.add(new Armed(fault));
  }

  public void clear() {
    armed.clear();
  }

  public List<Fault> inForce() {
    return armed.stream().map(one -> one.fault).toList();
  }

  /// The plain path asks only this.
  public boolean isEmpty() {
    return armed.isEmpty();
  }

  public @Nullable Fault meets(final String token) {
    for (final var one : armed) {
      synchronized (one) {
        final boolean used = one.fault.times() > 0 && one.left == 0;
        if (used || !(one.fault.token().isEmpty() || one.fault.token().equals(token))) {
          continue;
        }
        if (one.fault.probability() < 1.0 && one.random.nextDouble() >= one.fault.probability()) {
          continue;
        }
        if (one.fault.times() > 0 && --one.left == 0) {
          armed.remove(one);
        }
        return one.fault;
      }
    }
    return null;
  }
}
