package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Event;
import dev.reveille.model.EventIds;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Calls;
import dev.reveille.routing.Intake;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Builds the answers to events that were handed in. The two frequent ones are put together from
/// prepared bytes, because that happens on the journal's thread: must not block.
final class EventAnswers {
  private static final byte[] EVENT = bytes("{\"event\":\"");
  private static final byte[] SEQUENCE = bytes("\",\"sequence\":");
  private static final byte[] STORED = bytes(",\"status\":\"stored\"}");
  private static final byte[] REPEAT = bytes(",\"status\":\"repeat\"}");
  private static final byte[] STORED_ALONE = bytes(",\"status\":\"stored\"}\n");
  private static final byte[] REPEAT_ALONE = bytes(",\"status\":\"repeat\"}\n");

  private final EventIds ids;
  private final Calls calls;

  EventAnswers(final EventIds ids, final Calls calls) {
    this.ids = ids;
    this.calls = calls;
  }

  String eventId(final long sequence) {
    return ids.of(sequence);
  }

  byte[] stored(final long sequence) {
    return kept(sequence, STORED);
  }

  byte[] repeat(final long sequence) {
    return kept(sequence, REPEAT);
  }

  Answer storedAlone(final long sequence) {
    return Answer.of(202, Answers.JSON, kept(sequence, STORED_ALONE));
  }

  /// The answer to a single event.
  Answer answer(final Intake.Answer answer) {
    return switch (answer) {
      case Intake.Answer.Stored(var sequence) -> storedAlone(sequence);
      case Intake.Answer.Repeat(var sequence) ->
          Answer.of(200, Answers.JSON, kept(sequence, REPEAT_ALONE));
      case Intake.Answer.Conflict(var sequence, var why) ->
          Answers.problem(new Refusal(why, "").with(there(sequence)));
      case Intake.Answer.CallKnown(var first) -> Answers.problem(callKnown(first));
      case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
          Answers.problem(new Refusal(why, detail, retryAfter));
    };
  }

  /// One result of several.
  byte[] result(final Intake.Answer answer) {
    return switch (answer) {
      case Intake.Answer.Stored(var sequence) -> stored(sequence);
      case Intake.Answer.Repeat(var sequence) -> repeat(sequence);
      case Intake.Answer.Conflict(var sequence, var why) ->
          refused(new Refusal(why, "").with(there(sequence)));
      case Intake.Answer.CallKnown(var first) -> refused(callKnown(first));
      case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
          refused(new Refusal(why, detail, retryAfter));
    };
  }

  byte[] refused(final Refusal refusal) {
    return JsonOut.object(out ->
        out.text("status", "refused")
            .object("problem", problem -> Answers.problem(problem, refusal)));
  }

  /// Names the event that began the call, and says how the call stands; from memory.
  Refusal callKnown(final StoredJob first) {
    final var key = first.event().key();
    final var state =
        first.event() instanceof final Event.IncomingCall call
                && calls.isRinging(key.organisation(), call.call())
            ? "ringing"
            : "over";
    return new Refusal(
            Reason.CALL_KNOWN,
            "event " + key.id() + " of source " + key.source() + " began it; the call is " + state)
        .with(out -> {
          there(first.sequence()).accept(out);
          out.text("source", key.source()).text("id", key.id()).text("state", state);
        });
  }

  /// Names the event that has the key already.
  private Consumer<JsonOut> there(final long sequence) {
    return out -> out.text("event", eventId(sequence)).number("sequence", sequence);
  }

  private byte[] kept(final long sequence, final byte[] status) {
    final int digits = digits(sequence);
    final var whole =
        new byte[EVENT.length + ids.length(sequence) + SEQUENCE.length + digits + status.length];
    int at = put(EVENT, whole, 0);
    at = ids.write(sequence, whole, at);
    at = put(SEQUENCE, whole, at) + digits;
    put(status, whole, at);
    long rest = sequence;
    for (int place = at - 1; place >= at - digits; place--) {
      whole[place] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return whole;
  }

  private static int put(final byte[] from, final byte[] to, final int at) {
    System.arraycopy(from, 0, to, at, from.length);
    return at + from.length;
  }

  private static int digits(final long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }

  private static byte[] bytes(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
