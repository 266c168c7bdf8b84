package dev.reveille.routing;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.Event.CallEnded;
import dev.reveille.model.Event.IncomingCall;
import dev.reveille.model.EventKey;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.Intake.HandIn;
import dev.reveille.routing.port.EventJournal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Hands in the events that follow from calls and that no sender hands in: the end of a call that
/// rang for too long or that each recipient declined, and the alert of a missed one.
///
/// Thread-safe.
final class CallFollowUps {
  /// So many ends of calls that rang for too long are on the way at once. After a start all of
  /// those may be due.
  static final int MOST_TIME_OUTS = 500;

  private final Intake intake;
  private final ActiveCalls book;
  private final ServerClock clock;
  private final AtomicInteger timeOuts = new AtomicInteger();

  /// What follows from ends and is not in the journal yet, because it could not be kept.
  private final Map<EventKey, HandIn> owed = new ConcurrentHashMap<>();

  CallFollowUps(final Intake intake, final ActiveCalls book, final ServerClock clock) {
    this.intake = intake;
    this.book = book;
    this.clock = clock;
  }

  /// What follows from a call or an end that was dispatched. Repeating it changes nothing: the keys
  /// are the same.
  void follow(final Event event) {
    switch (event) {
      case IncomingCall begun -> {
        final var call = book.find(begun.key().organisation(), begun.call());
        if (call != null) {
          call.early().forEach(how -> takesEffect(call.view(), how));
        }
      }
      case CallEnded ended -> {
        final var call = book.find(ended.key().organisation(), ended.call());
        if (call != null && ended.isEarly()) {
          takesEffect(call.view(), ended.how());
        } else if (call != null) {
          follow(call);
        }
      }
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> {}
    }
  }

  /// An end that had come before the call, or on the way past it, becomes an end like any other,
  /// with whom it concerns.
  private void takesEffect(final CallView view, final CallEnd how) {
    final boolean counts =
        view.end().filter(how::equals).isPresent()
            || CallEvents.recipient(how).filter(view.declinedBy()::contains).isPresent();
    if (counts) {
      owe(CallEvents.end(view, how, clock.read()), CallEvents.hash(how));
    }
  }

  /// The last decline of many ends the call, an end without an answer makes one missed-call alert.
  private void follow(final Ringing call) {
    final var view = call.view();
    if (view.isRinging() && view.declinedBy().size() == view.recipients().size()) {
      final var last = new CallEnd.Declined(view.declinedBy().getLast());
      owe(CallEvents.forAll(view, last, clock.read()), CallEvents.hash(last));
    }
    if (view.end().isPresent() && view.end().get().isMissed()) {
      owe(CallEvents.missed(view, call.caller, clock.read()), 0);
    }
    if (!view.isRinging()) {
      book.settled(call);
    }
  }

  /// The call of this event of a former run, if something may follow that the journal does not
  /// hold.
  @Nullable Ringing mayBeOwed(final StoredJob stored, final EventJournal journal) {
    return switch (stored.event()) {
      case IncomingCall call -> {
        final var begun = book.find(call.key().organisation(), call.call());
        yield begun != null && !begun.early().isEmpty() ? begun : null;
      }
      case CallEnded ended -> {
        final var call = book.find(ended.key().organisation(), ended.call());
        if (call == null || call.view().isRinging()) {
          yield null;
        }
        final boolean isMissed = call.view().end().filter(CallEnd::isMissed).isPresent();
        yield ended.isEarly()
                || (isMissed && journal.find(CallEvents.missedKey(call.view())).isEmpty())
            ? call
            : null;
      }
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> null;
    };
  }

  /// Everything that follows from a call of a former run.
  void takeUp(final Ringing call) {
    call.early().forEach(how -> takesEffect(call.view(), how));
    follow(call);
  }

  /// Hands in what the server owes. It passes the limits of the intake, and is tried again until it
  /// is kept.
  void owe(final Event event, final long contentHash) {
    final var key = event.key();
    final var handIn =
        new HandIn(
            event,
            contentHash,
            answer -> {
              if (!(answer instanceof Intake.Answer.NotKept)) {
                owed.remove(key);
              }
            });
    owed.put(key, handIn);
    intake.submitOwed(handIn);
  }

  /// Hands in again what could not be kept.
  void handInAgain() {
    if (!owed.isEmpty()) {
      List.copyOf(owed.values()).forEach(intake::submitOwed);
    }
  }

  boolean hasRoomForTimeOuts() {
    return timeOuts.get() < MOST_TIME_OUTS;
  }

  void timedOut(final Ringing call) {
    final var how = new CallEnd.TimedOut();
    timeOuts.incrementAndGet();
    intake.submitOwed(
        new HandIn(
            CallEvents.forAll(call.view(), how, clock.read()),
            CallEvents.hash(how),
            answer -> {
              timeOuts.decrementAndGet();
              if (call.view().isRinging() && isKnownToJournal(answer)) {
                // its UUID was used before, and the end of that call counts for this one, too
                book.forget(call);
              }
            }));
  }

  private static boolean isKnownToJournal(final Intake.Answer answer) {
    return switch (answer) {
      case Intake.Answer.Repeat _, Intake.Answer.Conflict _ -> true;
      case Intake.Answer.Stored _, Intake.Answer.CallKnown _, Intake.Answer.NotKept _ -> false;
    };
  }
}
