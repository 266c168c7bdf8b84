package dev.reveille.routing;

import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.SendLog;
import java.time.Instant;

/// A job that a former run accepted and did not finish, with the actions that [CrashLoopGuard]
/// needs to take it up or give it up.
///
/// Belongs to the dispatcher's thread, but for [#stored].
sealed interface UnfinishedJob {
  StoredJob stored();

  /// Whether it waits a moment after the start, in which phones may return.
  boolean waitsForPhones();

  /// It goes on at this moment.
  void resumeAt(Instant at);

  /// What it leads to is under way by now.
  boolean isDispatched();

  /// Too many starts crashed while they worked on it: its trail says so, and nothing more is done
  /// with it.
  void giveUp(Instant now);

  record OfEvent(PendingEvent event, Scheduler scheduler, Trail trail) implements UnfinishedJob {
    @Override
    public StoredJob stored() {
      return event.stored;
    }

    @Override
    public boolean waitsForPhones() {
      return !Scheduler.isUrgent(event.stored);
    }

    @Override
    public void resumeAt(final Instant at) {
      scheduler.hold(event, at);
    }

    @Override
    public boolean isDispatched() {
      return event.dispatched;
    }

    @Override
    public void giveUp(final Instant now) {
      trail.noDevice(
          event.stored.sequence(),
          0,
          event.stored.event().recipients().getFirst(),
          now,
          Reason.GIVEN_UP_AT_START);
    }
  }

  record OfSend(SendLog.Unfinished left, SendFanOut sends) implements UnfinishedJob {
    @Override
    public StoredJob stored() {
      return left.send();
    }

    @Override
    public boolean waitsForPhones() {
      return false;
    }

    @Override
    public void resumeAt(final Instant at) {
      sends.takeUp(left);
    }

    @Override
    public boolean isDispatched() {
      return sends.isTakenUp(left.send().sequence());
    }

    @Override
    public void giveUp(final Instant now) {
      sends.giveUp(left, now);
    }
  }
}
