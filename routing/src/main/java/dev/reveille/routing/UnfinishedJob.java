package dev.reveille.routing;

import dev.reveille.model.Kept;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.SendLog;
import java.time.Instant;

/// What a former run accepted and did not finish, as [CarefulStart] takes it up.
///
/// Belongs to the dispatcher's thread, but for [#kept].
sealed interface UnfinishedJob {
  Kept kept();

  /// Whether it waits a moment after the start, in which phones may return.
  boolean waitsForPhones();

  /// It goes on at this moment.
  void resumeAt(Instant at);

  /// What it leads to is under way by now.
  boolean isDispatched();

  /// Too many starts fell on it: its trail says so, and nothing more is done with it.
  void giveUp(Instant now);

  record OfEvent(PendingEvent event, Scheduler scheduler, Trail trail) implements UnfinishedJob {
    @Override
    public Kept kept() {
      return event.kept;
    }

    @Override
    public boolean waitsForPhones() {
      return !Scheduler.isUrgent(event.kept);
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
          event.kept.sequence(),
          0,
          event.kept.event().recipients().getFirst(),
          now,
          Reason.GIVEN_UP_AT_START);
    }
  }

  record OfSend(SendLog.Unfinished left, SendFanOut sends) implements UnfinishedJob {
    @Override
    public Kept kept() {
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
