package dev.reveille.routing;

import dev.reveille.model.Event;
import dev.reveille.model.Life;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.EventJournal.Submission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes jobs (events and sends) in: refuses what must not be kept, hands the rest to the journal,
/// and lets the protocol answer success only after the commit.
///
/// Thread-safe; never waits for the disk. Each hand-in is answered once: refusals and faults on the
/// caller's thread, all else on the journal's. A receipt must not block. One that throws counts as
/// answered; the fault is logged, and the rest of its batch is answered all the same.
public final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /// Sources that begin so are the server's own.
  public static final String RESERVED = Send.SOURCES;

  /// Some calls are forgotten by then.
  private static final Duration UNTIL_CALLS_END = Duration.ofSeconds(5);

  /// The answer to the sender of an event.
  public sealed interface Answer {
    record Stored(long sequence) implements Answer {}

    /// Known already with the same content.
    record Repeat(long sequence) implements Answer {}

    /// Known already with other content; nothing was stored.
    record Conflict(long sequence, Reason why) implements Answer {}

    /// Another event, which `first` is, began a call with this UUID; nothing was stored.
    record CallKnown(StoredJob first) implements Answer {}

    /// Nothing was stored.
    ///
    /// @param retryAfter zero when trying again is of no use
    record NotKept(Reason why, String detail, Duration retryAfter) implements Answer {}
  }

  /// Called once per event, possibly on the caller's thread, possibly on the writer's: must be
  /// quick and must not block.
  @FunctionalInterface
  public interface Receipt {
    void answered(Answer answer);
  }

  /// An event that a sender hands in.
  ///
  /// @param contentHash of what the sender wrote, without anything derived from the clock
  /// @param by the key with which it is handed in, "" where there is none
  public record HandIn(Event event, long contentHash, Receipt receipt, String by) {
    public HandIn(final Event event, final long contentHash, final Receipt receipt) {
      this(event, contentHash, receipt, "");
    }
  }

  private final EventJournal journal;
  private final Admission admission;
  private final ServerClock clock;
  private final ActiveCalls calls;
  private final ScheduledSendQuota farAhead;

  Intake(
      final EventJournal journal,
      final Admission admission,
      final ScheduledSendQuota farAhead,
      final ActiveCalls calls,
      final ServerClock clock) {
    this.calls = calls;
    this.farAhead = farAhead;
    this.journal = journal;
    this.admission = admission;
    this.clock = clock;
  }

  public void submit(final HandIn handIn) {
    submit(List.of(handIn));
  }

  /// Takes a batch in order; each event is judged and answered on its own.
  public void submit(final List<HandIn> batch) {
    final var accepted = new ArrayList<Submission>(batch.size());
    final var refused = new ArrayList<Runnable>(0);
    final var now = clock.instant();
    for (final var handIn : batch) {
      final boolean takesRoom = takesRoom(handIn.event());
      final var refusal =
          handIn.event().key().source().startsWith(RESERVED)
              ? new Answer.NotKept(
                  Reason.MALFORMED, "source must not begin with " + RESERVED, Duration.ZERO)
              : refusal(handIn.event(), handIn.by(), takesRoom, now);
      if (refusal == null) {
        accepted.add(submission(handIn, takesRoom));
      } else {
        refused.add(() -> answer(handIn.receipt(), refusal));
      }
    }
    append(accepted);
    refused.forEach(Runnable::run);
  }

  /// Takes a send of one of our own protocols, which alone may use its key.
  ///
  /// @param contentHash of what the caller wrote
  void submit(final Send handedIn, final long contentHash, final Receipt receipt) {
    final var now = clock.instant();
    final var send = ofCalendar(handedIn, now);
    final var refusal = refusal(send, now);
    if (refusal != null) {
      answer(receipt, refusal);
      return;
    }
    append(
        List.of(
            new Submission(
                send,
                contentHash,
                answer -> {
                  if (!(answer instanceof EventJournal.Answer.Stored)) {
                    admission.over(send);
                  }
                  farAhead.answered(send, now);
                  answer(receipt, told(answer, Reason.OTHER_BODY));
                })));
  }

  /// What is scheduled leaves when the clock shows its moment, so its life ends by the clock too:
  /// else it could be over before it begins.
  private static Send ofCalendar(final Send send, final Instant now) {
    final var life = send.life();
    return send.notBefore().isAfter(now) && life.generation() != Life.OF_SENDER
        ? send.with(new Life(life.alertBefore(), life.keepUntil()))
        : send;
  }

  private Answer.@Nullable NotKept refusal(final Send send, final Instant now) {
    if (!now.isBefore(send.life().keepUntil())) {
      return new Answer.NotKept(
          Reason.LIFE_OVER, "keepUntil was " + send.life().keepUntil(), Duration.ZERO);
    }
    if (!send.notBefore().isBefore(send.life().alertBefore())) {
      return new Answer.NotKept(
          Reason.LIFE_OVER, "notBefore is not before alertBefore", Duration.ZERO);
    }
    final var noRoom = farAhead.refuses(send, now);
    if (noRoom == null
        && admission.refuses(send, now) instanceof Admission.Refused(var why, var retryAfter)) {
      farAhead.answered(send, now);
      return new Answer.NotKept(why, "", retryAfter);
    }
    return noRoom;
  }

  /// Takes the end of a call from [Calls], which alone may use its key.
  void submitEnd(final HandIn end) {
    final var refusal = refusal(end.event(), "", /* takesRoom= */ false, clock.instant());
    if (refusal == null) {
      append(List.of(submission(end, /* tookRoom= */ false)));
    } else {
      answer(end.receipt(), refusal);
    }
  }

  /// Takes what the server itself owes after something that it let in: no limit of the intake holds
  /// it up.
  void submitOwed(final HandIn owed) {
    admission.takeAnyway(owed.event());
    append(List.of(submission(owed, /* tookRoom= */ false)));
  }

  /// Whether the event takes room among the calls in memory. The repeat of one that is there does
  /// not, so that it is answered as such also when there is no room.
  private boolean takesRoom(final Event event) {
    return event instanceof final Event.IncomingCall call && !calls.isBegunBy(call);
  }

  private Answer.@Nullable NotKept refusal(
      final Event handedIn, final String by, final boolean takesRoom, final Instant now) {
    final var event = clock.present(handedIn);
    if (!now.isBefore(event.life().keepUntil())) {
      return new Answer.NotKept(
          Reason.LIFE_OVER, "keepUntil was " + event.life().keepUntil(), Duration.ZERO);
    }
    if (event instanceof Event.IncomingCall
        && event.life().alertBefore().isAfter(now.plus(Calls.LONGEST_RINGING))) {
      return new Answer.NotKept(
          Reason.MALFORMED,
          "alertBefore: a call rings at most " + Calls.LONGEST_RINGING,
          Duration.ZERO);
    }
    if (admission.refuses(event, now) instanceof Admission.Refused(var why, var retryAfter)) {
      return new Answer.NotKept(why, "", retryAfter);
    }
    if (takesRoom
        && event instanceof final Event.IncomingCall call
        && !calls.hasRoomFor(call, by, now)) {
      admission.over(event);
      return new Answer.NotKept(
          Reason.BACKLOG_FULL, "too many calls ring or ended a moment ago", UNTIL_CALLS_END);
    }
    return null;
  }

  private Submission submission(final HandIn handIn, final boolean tookRoom) {
    return new Submission(
        handIn.event(),
        handIn.contentHash(),
        answer -> answer(handIn.receipt(), told(handIn, tookRoom, answer)));
  }

  /// A fault in one receipt must not leave other hand-ins without an answer.
  private static void answer(final Receipt receipt, final Answer answer) {
    try {
      receipt.answered(answer);
    } catch (final RuntimeException fault) {
      LOG.error("a receipt failed", fault);
    }
  }

  /// From here on the journal answers each submission once; when it cannot even queue them, this
  /// class does.
  private void append(final List<Submission> accepted) {
    if (accepted.isEmpty()) {
      return;
    }
    try {
      journal.append(accepted);
    } catch (final RuntimeException fault) {
      LOG.error("the journal does not take events", fault);
      accepted.forEach(one -> one.receipt().answered(new EventJournal.Answer.Failed(fault)));
    }
  }

  /// Only a stored event keeps its credits: it gives them back when it is dispatched.
  private Answer told(
      final HandIn handIn, final boolean tookRoom, final EventJournal.Answer answer) {
    final var event = handIn.event();
    if (!(answer instanceof EventJournal.Answer.Stored)) {
      admission.over(event);
    }
    if (tookRoom && event instanceof final Event.IncomingCall call) {
      calls.answered(
          call,
          handIn.by(),
          answer instanceof EventJournal.Answer.Stored(var sequence) ? sequence : 0);
    }
    return told(answer, event instanceof Event.CallEnded ? Reason.CALL_OVER : Reason.OTHER_BODY);
  }

  /// @param conflict why the other one with the same key is another one
  private static Answer told(final EventJournal.Answer answer, final Reason conflict) {
    return switch (answer) {
      case EventJournal.Answer.Stored(var sequence) -> new Answer.Stored(sequence);
      case EventJournal.Answer.Repeat(var sequence) -> new Answer.Repeat(sequence);
      case EventJournal.Answer.Conflict(var sequence) -> new Answer.Conflict(sequence, conflict);
      case EventJournal.Answer.CallKnown(var first) -> new Answer.CallKnown(first);
      case EventJournal.Answer.Failed(var cause) ->
          new Answer.NotKept(
              Reason.STORE_FAILED, String.valueOf(cause.getMessage()), Duration.ofSeconds(5));
    };
  }
}
