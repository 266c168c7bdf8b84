package dev.reveille.protocols.rest;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Schedules events whose recipients must be read from disk: those with many such recipients take
/// turns, those with few read at once.
///
/// A store's read holds the processor of the virtual thread that reads. With all of them reading
/// for broadcasts a call for one user would wait until the last is through. The organisations take
/// turns, so that one that looks up much does not keep the others waiting for all of it.
///
/// Thread-safe: the lock guards how many turns are free, and who waits for one. A turn is free only
/// while none waits.
final class LookupFairness {
  /// So many recipients are looked up without waiting for a turn.
  static final int FEW = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final FairQueue<OrganisationId, Semaphore> waiting = new FairQueue<>();
  private int free;

  LookupFairness(final int atOnce) {
    free = atOnce;
  }

  /// As many at once as there are processors but one, at least one.
  static LookupFairness besideOneProcessor() {
    return new LookupFairness(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
  }

  /// @param recipients of one event, whom memory does not know all
  /// @throws Refusal when the thread is interrupted while it waits
  <T> T of(final OrganisationId organisation, final int recipients, final Supplier<T> lookUp) {
    if (recipients <= FEW) {
      return lookUp.get();
    }
    take(organisation);
    try {
      return lookUp.get();
    } finally {
      giveBack();
    }
  }

  private void take(final OrganisationId organisation) {
    final var turn = new Semaphore(0);
    lock.lock();
    try {
      if (free > 0) {
        free--;
        return;
      }
      waiting.add(organisation, turn);
    } finally {
      lock.unlock();
    }
    try {
      turn.acquire();
    } catch (InterruptedException e) {
      leave(organisation, turn);
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.SHUTTING_DOWN, "", Duration.ofSeconds(1));
    }
  }

  /// Waits no longer; a turn that was given meanwhile goes to the next one.
  private void leave(final OrganisationId organisation, final Semaphore turn) {
    lock.lock();
    try {
      if (!waiting.remove(organisation, turn)) {
        giveBack();
      }
    } finally {
      lock.unlock();
    }
  }

  private void giveBack() {
    lock.lock();
    try {
      final var next = waiting.next();
      if (next == null) {
        free++;
      } else {
        next.release();
      }
    } finally {
      lock.unlock();
    }
  }

  /// How many wait for their turn.
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }
}
