package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Reason;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.CallView;
import dev.reveille.routing.Calls;
import dev.reveille.routing.Calls.Outcome;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// Ends calls on behalf of senders, and tells a sender that comes too late how the call ended.
final class CallEnds {
  /// Starts a change of a call; its outcome goes to a consumer.
  interface Change {
    void begin(Consumer<Outcome> told);
  }

  private final Calls calls;
  private final EventAnswers answers;

  CallEnds(final Calls calls, final EventAnswers answers) {
    this.calls = calls;
    this.answers = answers;
  }

  /// Whether the call can be ended without a look at the disk.
  boolean isInMemory(final OrganisationId organisation, final CallId call) {
    return calls.caller(organisation, call).isPresent();
  }

  /// Ends a call that is in memory, and answers on the journal's thread.
  ///
  /// @param otherwise run instead of an answer when that takes more than the journal's thread may
  ///   do
  void end(
      final OrganisationId organisation,
      final EventDraft draft,
      final Consumer<Answer> answered,
      final Runnable otherwise) {
    calls.end(
        organisation,
        draft.callId(),
        draft.end(),
        outcome -> {
          switch (outcome) {
            case Outcome.Done(var sequence) -> answered.accept(answers.storedAlone(sequence));
            case Outcome.Early(var sequence) -> answered.accept(answers.storedAlone(sequence));
            case Outcome.Over _ -> otherwise.run();
            case Outcome.No(var why, var detail, var retryAfter) ->
                answered.accept(Answers.problem(new Refusal(why, detail, retryAfter)));
          }
        });
  }

  /// Ends a call and waits for what comes of it.
  Answer await(final OrganisationId organisation, final EventDraft draft) {
    final var ended = done(organisation, draft.callId(), told -> begin(organisation, draft, told));
    return answers.storedAlone(ended.sequence());
  }

  /// The same as one result of several.
  byte[] awaitResult(
      final OrganisationId organisation, final EventDraft draft, final EventAnswers answers) {
    try {
      return answers.stored(
          done(organisation, draft.callId(), told -> begin(organisation, draft, told)).sequence());
    } catch (Refusal refusal) {
      return answers.refused(refusal);
    }
  }

  private void begin(
      final OrganisationId organisation, final EventDraft draft, final Consumer<Outcome> told) {
    calls.end(organisation, draft.callId(), draft.end(), told);
  }

  /// The event that says so, and whether it waits for a call that is not known yet.
  record Ended(long sequence, boolean isEarly) {}

  /// Waits for a change of a call.
  ///
  /// @throws Refusal when it did not come to be
  Ended done(final OrganisationId organisation, final CallId call, final Change change) {
    final BlockingQueue<Outcome> told = new ArrayBlockingQueue<>(1);
    change.begin(told::add);
    try {
      return switch (told.take()) {
        case Outcome.Done(var sequence) -> new Ended(sequence, false);
        case Outcome.Early(var sequence) -> new Ended(sequence, true);
        case Outcome.Over _ -> throw over(organisation, call);
        case Outcome.No(var why, var detail, var retryAfter) ->
            throw new Refusal(why, detail, retryAfter);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(Reason.SHUTTING_DOWN, "", Duration.ofSeconds(1));
    }
  }

  private Refusal over(final OrganisationId organisation, final CallId call) {
    final var view = calls.view(organisation, call);
    return new Refusal(
            Reason.CALL_OVER,
            view.isEmpty()
                ? "another end was handed in before, and waits for the call"
                : view.flatMap(CallView::end).map(CallEnds::sentence).orElse(""))
        .with(out -> view.ifPresent(now -> out.object("call", fields -> write(fields, now))));
  }

  private static String sentence(final CallEnd how) {
    return switch (how) {
      case CallEnd.Answered(var by, _) -> "it was answered by " + by.name();
      case CallEnd.Declined(var by) -> "it was declined by " + by.name();
      case CallEnd.Cancelled _ -> "it was cancelled";
      case CallEnd.TimedOut _ -> "no recipient answered in time";
      case CallEnd.AnsweredElsewhere _ -> "it was answered elsewhere";
    };
  }

  /// How a call stands, as the API says it.
  void write(final JsonOut out, final CallView view) {
    out.text("call", view.call().toString())
        .text("event", answers.eventId(view.sequence()))
        .text("state", view.isRinging() ? "ringing" : "over")
        .texts("to", view.recipients().stream().map(user -> user.name()).toList())
        .moment("ringsUntil", view.ringsUntil())
        .texts("declinedBy", view.declinedBy().stream().map(user -> user.name()).toList());
    view.end().ifPresent(how -> out.object("end", end -> end(end, how)));
  }

  static void end(final JsonOut out, final CallEnd how) {
    out.text("how", how.word());
    switch (how) {
      case CallEnd.Answered(var by, var on) -> out.text("by", by.name()).text("on", on.value());
      case CallEnd.Declined(var by) -> out.text("by", by.name());
      case CallEnd.AnsweredElsewhere(var where) -> out.textIfAny("where", where);
      case CallEnd.Cancelled _, CallEnd.TimedOut _ -> {}
    }
  }
}
