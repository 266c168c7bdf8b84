package dev.reveille.storage.codec;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Caller;
import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Job;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Send;
import dev.reveille.model.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// The binary form of events on disk: first what all share (life, key, recipients, type), then what
/// belongs to the kind. The numbers of kinds are never changed and never given twice, so that older
/// files can be read. Pure functions; reading throws [NewerFormatException] for an unknown number
/// and [DamagedException] for damaged bytes.
final class EventCodec {
  static final int CALL = 1;
  static final int CALL_ENDED = 2;
  static final int MESSAGE = 3;
  static final int CHANGE_HINT = 4;
  static final int OTHER = 5;
  static final int SEND = 6;

  /// An end without recipients: it came before its call. A number of its own, because the versions
  /// before it knew no event without recipients.
  static final int EARLY_END = 10;

  private EventCodec() {}

  static int kind(final Job job) {
    return switch (job) {
      case Send _ -> SEND;
      case Event.IncomingCall _ -> CALL;
      case Event.CallEnded end -> end.isEarly() ? EARLY_END : CALL_ENDED;
      case Event.Message _ -> MESSAGE;
      case Event.ChangeHint _ -> CHANGE_HINT;
      case Event.Other _ -> OTHER;
    };
  }

  /// Added to the kind of an event whose life belongs to a generation of the clock: then the number
  /// of that stands behind the two moments.
  private static final int IN_GENERATION = 0x40;

  /// The kind as it is written.
  static int marked(final Job job) {
    return job.life().generation() == Life.OF_SENDER ? kind(job) : kind(job) | IN_GENERATION;
  }

  /// The kind of a written one.
  static int unmarked(final int written) {
    return written & ~IN_GENERATION;
  }

  static void writeLife(final ByteWriter out, final Life life) {
    out.instant(life.alertBefore()).instant(life.keepUntil());
    if (life.generation() != Life.OF_SENDER) {
      out.number(life.generation());
    }
  }

  /// @param written the kind as it stands there
  static Life readLife(final ByteReader in, final int written) {
    final var alertBefore = in.instant();
    final var keepUntil = in.instant();
    return new Life(
        alertBefore,
        keepUntil,
        (written & IN_GENERATION) == 0 ? Life.OF_SENDER : (int) in.number());
  }

  static void writeKey(final ByteWriter out, final EventKey key) {
    out.text(key.organisation().value()).text(key.source()).text(key.id());
  }

  static EventKey readKey(final ByteReader in) {
    return new EventKey(new OrganisationId(in.text()), in.text(), in.text());
  }

  /// Everything but life and key, which stand before it.
  static void writeRest(final ByteWriter out, final Job job) {
    switch (job) {
      case Event event -> writeEvent(out, event);
      case Send send -> SendCodec.writeRest(out, send);
    }
  }

  private static void writeEvent(final ByteWriter out, final Event event) {
    final OrganisationId home = event.key().organisation();
    final List<UserId> recipients = event.recipients();
    out.number(recipients.size());
    for (int i = 0; i < recipients.size(); i++) {
      writeUser(out, recipients.get(i), home);
    }
    out.text(event.type());
    switch (event) {
      case Event.IncomingCall call -> {
        writeCall(out, call.call());
        out.text(call.caller().name()).text(call.caller().address()).bool(call.video());
      }
      case Event.CallEnded end -> {
        writeCall(out, end.call());
        writeEnd(out, end.how(), home);
      }
      case Event.Message message -> {
        out.text(message.in().value());
        writeContent(out, message.content());
      }
      case Event.ChangeHint hint -> {
        out.number(hint.folders().size());
        for (final FolderId folder : hint.folders()) {
          out.text(folder.value());
        }
      }
      case Event.Other other -> {
        out.u8(other.as().number()).text(other.collapse());
        writeContent(out, other.content());
      }
    }
  }

  static Job read(final ByteReader in, final int kind, final Life life, final EventKey key) {
    return kind == SEND ? SendCodec.read(in, life, key) : readEvent(in, kind, life, key);
  }

  private static Event readEvent(
      final ByteReader in, final int kind, final Life life, final EventKey key) {
    final OrganisationId home = key.organisation();
    final int count = in.count();
    final UserId[] users = new UserId[count];
    for (int i = 0; i < count; i++) {
      users[i] = readUser(in, home);
    }
    final List<UserId> to = List.of(users);
    final String type = in.text();
    return switch (kind) {
      case CALL ->
          new Event.IncomingCall(
              key, to, type, readCall(in), new Caller(in.text(), in.text()), in.bool(), life);
      case CALL_ENDED, EARLY_END ->
          new Event.CallEnded(key, to, type, readCall(in), readEnd(in, home), life);
      case MESSAGE ->
          new Event.Message(key, to, type, new ConversationId(in.text()), readContent(in), life);
      case CHANGE_HINT -> new Event.ChangeHint(key, to, type, readFolders(in), life);
      case OTHER -> {
        final EventClass as = Numbers.CLASSES.constant(in.u8());
        yield new Event.Other(key, to, type, as, in.text(), readContent(in), life);
      }
      default -> throw new NewerFormatException("kind of event", kind);
    };
  }

  static void writeUser(final ByteWriter out, final UserId user, final OrganisationId home) {
    if (user.organisation().equals(home)) {
      out.u8(0);
    } else {
      out.u8(1).text(user.organisation().value());
    }
    out.text(user.name());
  }

  static UserId readUser(final ByteReader in, final OrganisationId home) {
    final OrganisationId organisation = in.bool() ? new OrganisationId(in.text()) : home;
    return new UserId(organisation, in.text());
  }

  private static void writeCall(final ByteWriter out, final CallId call) {
    out.i64(call.value().getMostSignificantBits()).i64(call.value().getLeastSignificantBits());
  }

  private static CallId readCall(final ByteReader in) {
    return new CallId(new UUID(in.i64(), in.i64()));
  }

  static void writeEnd(final ByteWriter out, final CallEnd how, final OrganisationId home) {
    switch (how) {
      case CallEnd.Answered(var by, var on) -> {
        out.u8(1);
        writeUser(out, by, home);
        out.text(on.value());
      }
      case CallEnd.Declined(var by) -> {
        out.u8(2);
        writeUser(out, by, home);
      }
      case CallEnd.Cancelled() -> out.u8(3);
      case CallEnd.TimedOut() -> out.u8(4);
      case CallEnd.AnsweredElsewhere(var where) -> out.u8(5).text(where);
    }
  }

  private static CallEnd readEnd(final ByteReader in, final OrganisationId home) {
    final int number = in.u8();
    return switch (number) {
      case 1 -> new CallEnd.Answered(readUser(in, home), new InstallationId(in.text()));
      case 2 -> new CallEnd.Declined(readUser(in, home));
      case 3 -> new CallEnd.Cancelled();
      case 4 -> new CallEnd.TimedOut();
      case 5 -> new CallEnd.AnsweredElsewhere(in.text());
      default -> throw new NewerFormatException("end of a call", number);
    };
  }

  static void writeContent(final ByteWriter out, final Content content) {
    out.text(content.title()).text(content.text());
    out.number(content.data().size());
    for (final Map.Entry<String, String> value : content.data().entrySet()) {
      out.text(value.getKey()).text(value.getValue());
    }
  }

  static Content readContent(final ByteReader in) {
    final String title = in.text();
    final String text = in.text();
    final int count = in.count();
    if (count == 0) {
      return new Content(title, text, Map.of());
    }
    final Map<String, String> data = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      data.put(in.text(), in.text());
    }
    return new Content(title, text, data);
  }

  private static Set<FolderId> readFolders(final ByteReader in) {
    final int count = in.count();
    final Set<FolderId> folders = HashSet.newHashSet(count);
    for (int i = 0; i < count; i++) {
      folders.add(new FolderId(in.text()));
    }
    return folders;
  }
}
