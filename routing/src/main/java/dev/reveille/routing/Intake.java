package dev.reveille.routing;

import dev.reveille.model.Event;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.EventJournal.Submission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// The door: refuses what must not be kept, hands the rest to the journal, and lets the protocol
/// answer success only after the commit.
///
/// Thread-safe; never blocks.
public final class Intake {

  /// What the one who handed in an event is told.
  public sealed interface Answer {
    record Stored(long sequence) implements Answer {}

    /// Known already with the same content.
    record Repeat(long sequence) implements Answer {}

    /// Known already with other content; nothing was stored.
    record Conflict(long sequence, Reason why) implements Answer {}

    /// Nothing was stored.
    ///
    /// @param retryAfter zero when trying again is of no use
    record NotKept(Reason why, String detail, Duration retryAfter) implements Answer {}
  }

  /// Told once per event, possibly on the caller's thread, possibly on the writer's: must be quick
  /// and must not block.
  @FunctionalInterface
  public interface Receipt {
    void answered(Answer answer);
  }

  /// @param contentHash of what the sender wrote, without anything derived from the clock
  public record HandIn(Event event, long contentHash, Receipt receipt) {}

  private final EventJournal journal;
  private final Admission admission;
  private final InstantSource clock;

  Intake(final EventJournal journal, final Admission admission, final InstantSource clock) {
    this.journal = journal;
    this.admission = admission;
    this.clock = clock;
  }

  public void submit(final HandIn handIn) {
    submit(List.of(handIn));
  }

  /// Takes a batch in order; each event is judged and answered on its own.
  public void submit(final List<HandIn> batch) {
    final var now = clock.instant();
    final var accepted = new ArrayList<Submission>(batch.size());
    for (final var handIn : batch) {
      final var event = handIn.event();
      if (!now.isBefore(event.life().keepUntil())) {
        handIn.receipt().answered(new Answer.NotKept(Reason.LIFE_OVER, "keepUntil was " + event.life().keepUntil(), Duration.ZERO));
        continue;
      }
      if (admission.refuses(event.eventClass().lane()) instanceof Admission.Refused(var why, var retryAfter)) {
        handIn.receipt().answered(new Answer.NotKept(why, "", retryAfter));
        continue;
      }
      accepted.add(new Submission(event, handIn.contentHash(), answer -> told(handIn, answer)));
    }
    if (!accepted.isEmpty()) {
      journal.append(accepted);
    }
  }

  private void told(final HandIn handIn, final EventJournal.Answer answer) {
    final var lane = handIn.event().eventClass().lane();
    handIn
        .receipt()
        .answered(
            switch (answer) {
              case EventJournal.Answer.Stored(var sequence) -> new Answer.Stored(sequence);
              case EventJournal.Answer.Repeat(var sequence) -> {
                admission.over(lane);
                yield new Answer.Repeat(sequence);
              }
              case EventJournal.Answer.Conflict(var sequence) -> {
                admission.over(lane);
                yield new Answer.Conflict(
                    sequence, handIn.event() instanceof Event.CallEnded ? Reason.CALL_OVER : Reason.OTHER_BODY);
              }
              case EventJournal.Answer.Failed(var cause) -> {
                admission.over(lane);
                yield new Answer.NotKept(Reason.STORE_FAILED, String.valueOf(cause.getMessage()), Duration.ofSeconds(5));
              }
            });
  }
}
