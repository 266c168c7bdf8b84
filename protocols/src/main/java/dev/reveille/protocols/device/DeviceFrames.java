package dev.reveille.protocols.device;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reveille.live.FrameFormat;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventIds;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.routing.CallView;
import dev.reveille.routing.port.Inbox;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Encodes the frames of the device protocol as JSON, one object each; the field `frame` names its
/// kind. The form is the same in a WebSocket message, in a poll's answer and in a page of the
/// inbox. See `docs/protocols/device.md`. Thread-safe.
final class DeviceFrames implements FrameFormat {
  private static final byte[] PING = JsonParsers.write(out -> begin(out, "ping").writeEndObject());

  private final EventIds ids;
  private final Duration heartbeat;

  DeviceFrames(final EventIds ids, final Duration heartbeat) {
    this.ids = ids;
    this.heartbeat = heartbeat;
  }

  private static JsonGenerator begin(final JsonGenerator out, final String frame)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("frame", frame);
    return out;
  }

  static String moment(final Instant at) {
    return at.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  @Override
  public byte[] welcome(
      final InstallationId installation, final Position position, final List<CallId> ringing) {
    return JsonParsers.write(out -> {
      begin(out, "welcome").writeStringField("installation", installation.value());
      out.writeStringField("heartbeat", heartbeat.toString());
      positionAndRinging(out, position, ringing);
    });
  }

  @Override
  public byte[] behind(final Position position, final List<CallId> ringing) {
    return JsonParsers.write(out -> positionAndRinging(begin(out, "behind"), position, ringing));
  }

  private static void positionAndRinging(
      final JsonGenerator out, final Position position, final List<CallId> ringing)
      throws IOException {
    out.writeStringField("position", position.toString());
    out.writeArrayFieldStart("ringing");
    for (final var call : ringing) {
      out.writeString(call.toString());
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  @Override
  public byte[] caughtUp(final Position position) {
    return JsonParsers.write(out -> {
      begin(out, "caught-up").writeStringField("position", position.toString());
      out.writeEndObject();
    });
  }

  @Override
  public byte[] gap(final Position asked) {
    return JsonParsers.write(out -> {
      begin(out, "gap").writeStringField("asked", asked.toString());
      out.writeEndObject();
    });
  }

  @Override
  public byte[] entry(final Inbox.Entry entry, final boolean inOrder) {
    return JsonParsers.write(out -> entry(out, entry, inOrder));
  }

  void entry(final JsonGenerator out, final Inbox.Entry entry, final boolean inOrder)
      throws IOException {
    final var stored = entry.stored();
    final var event = stored.event();
    begin(out, event instanceof Event.ChangeHint ? "change" : "entry");
    if (inOrder) {
      out.writeStringField("position", ids.position(stored.sequence()).toString());
    }
    out.writeStringField("event", ids.of(stored.sequence()));
    out.writeStringField("at", moment(stored.at()));
    out.writeStringField("class", event.eventClass().word());
    out.writeStringField("type", event.type());
    switch (event) {
      case Event.Message message -> {
        out.writeStringField("conversation", message.in().value());
        content(out, message.content());
      }
      case Event.Other other -> {
        if (!other.collapse().isEmpty()) {
          out.writeStringField("collapse", other.collapse());
        }
        content(out, other.content());
      }
      case Event.ChangeHint hint -> {
        out.writeArrayFieldStart("folders");
        for (final var folder : hint.folders().stream().map(FolderId::value).sorted().toList()) {
          out.writeString(folder);
        }
        out.writeEndArray();
      }
      case Event.IncomingCall _, Event.CallEnded _ ->
          throw new IllegalStateException("a call is state, not an entry: " + stored.sequence());
    }
    marks(out, entry);
    out.writeEndObject();
  }

  private static void marks(final JsonGenerator out, final Inbox.Entry entry) throws IOException {
    if (!entry.marks().isEmpty()) {
      out.writeArrayFieldStart("marks");
      for (final var mark : Mark.values()) {
        if (entry.marks().contains(mark)) {
          out.writeString(mark.word());
        }
      }
      out.writeEndArray();
    }
  }

  private static void content(final JsonGenerator out, final Content content) throws IOException {
    out.writeObjectFieldStart("content");
    out.writeStringField("title", content.title());
    out.writeStringField("text", content.text());
    out.writeObjectFieldStart("data");
    for (final var field : content.data().entrySet()) {
      out.writeStringField(field.getKey(), field.getValue());
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  @Override
  public byte[] call(final StoredJob ring, final boolean asState) {
    if (!(ring.event() instanceof Event.IncomingCall call)) {
      throw new IllegalArgumentException("no call: " + ring.sequence());
    }
    return JsonParsers.write(out -> {
      begin(out, "call").writeStringField("call", call.call().toString());
      out.writeStringField("event", ids.of(ring.sequence()));
      out.writeStringField("at", moment(ring.at()));
      out.writeStringField("type", call.type());
      caller(out, call.caller());
      out.writeBooleanField("video", call.video());
      out.writeStringField("ringsUntil", moment(call.life().alertBefore()));
      out.writeBooleanField("state", asState);
      out.writeEndObject();
    });
  }

  private static void caller(final JsonGenerator out, final Caller caller) throws IOException {
    out.writeObjectFieldStart("caller");
    out.writeStringField("name", caller.name());
    out.writeStringField("address", caller.address());
    out.writeEndObject();
  }

  @Override
  public byte[] callOver(final CallId call, final CallEnd how, final Optional<Long> event) {
    return JsonParsers.write(out -> {
      begin(out, "call-over").writeStringField("call", call.toString());
      if (event.isPresent()) {
        out.writeStringField("event", ids.of(event.get()));
      }
      how(out, how);
      out.writeEndObject();
    });
  }

  private static void how(final JsonGenerator out, final CallEnd end) throws IOException {
    out.writeStringField("how", end.word());
    switch (end) {
      case CallEnd.Answered(var by, var on) -> {
        out.writeStringField("by", by.name());
        out.writeStringField("on", on.value());
      }
      case CallEnd.Declined(var by) -> out.writeStringField("by", by.name());
      case CallEnd.AnsweredElsewhere(var where) -> out.writeStringField("where", where);
      case CallEnd.Cancelled _, CallEnd.TimedOut _ -> {}
    }
  }

  /// How a call stands: what `GET …/calls/{uuid}` answers.
  ///
  /// @param declined by this user, so that it is over for them
  /// @param late its ringing time has passed, though its end is not committed yet
  void callState(
      final JsonGenerator out,
      final CallView view,
      final Optional<Event.IncomingCall> call,
      final boolean declined,
      final boolean late)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("call", view.call().toString());
    out.writeStringField("event", ids.of(view.sequence()));
    out.writeStringField("state", view.isRinging() && !declined && !late ? "ringing" : "over");
    out.writeStringField("ringsUntil", moment(view.ringsUntil()));
    if (call.isPresent()) {
      caller(out, call.get().caller());
      out.writeBooleanField("video", call.get().video());
    }
    if (view.end().isPresent()) {
      how(out, view.end().get());
    } else if (declined) {
      out.writeStringField("how", "declined");
    } else if (late) {
      out.writeStringField("how", "timed-out");
    }
    out.writeEndObject();
  }

  @Override
  public byte[] ping() {
    return PING;
  }

  @Override
  public byte[] goAway(final Duration delay, final Reason why) {
    return JsonParsers.write(out -> {
      begin(out, "go-away").writeStringField("delay", delay.toString());
      out.writeStringField("code", why.code());
      out.writeEndObject();
    });
  }

  /// What the phone asked for is done.
  ///
  /// @param of the frame that asked
  byte[] done(final String of, final Optional<String> id, final JsonParsers.Writing... call) {
    return JsonParsers.write(out -> {
      begin(out, "done").writeStringField("of", of);
      if (id.isPresent()) {
        out.writeStringField("id", id.get());
      }
      for (final var state : call) {
        out.writeFieldName("call");
        state.to(out);
      }
      out.writeEndObject();
    });
  }

  byte[] error(
      final String of,
      final Optional<String> id,
      final Reason why,
      final String detail,
      final JsonParsers.Writing... call) {
    return JsonParsers.write(out -> {
      begin(out, "error").writeStringField("of", of);
      if (id.isPresent()) {
        out.writeStringField("id", id.get());
      }
      out.writeStringField("code", why.code());
      out.writeStringField("title", why.sentence());
      if (!detail.isEmpty()) {
        out.writeStringField("detail", detail);
      }
      for (final var state : call) {
        out.writeFieldName("call");
        state.to(out);
      }
      out.writeEndObject();
    });
  }
}
