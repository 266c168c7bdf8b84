package dev.reveille.storage.codec;

import dev.reveille.model.ConversationId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Mark;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.TargetKey;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.util.ArrayList;
import java.util.List;

/// The binary form of notes on disk. Its numbers are never changed and never given twice, so that
/// older files can be read. Pure functions; reading throws [NewerFormatException] for an unknown
/// number and [DamagedException] for damaged bytes.
final class NoteCodec {
  static final int FIRST = 16;
  static final int OPENING = 16;
  static final int LATER = 17;
  static final int NO_DEVICE = 18;
  static final int PARKED = 19;
  static final int UNPARKED = 20;
  static final int MARKED = 21;
  static final int READ_UP_TO = 22;
  static final int CURSOR = 23;

  /// As [#PARKED], with the breaker's name; joined when breakers did. A program that does not know
  /// it does not come so far: it refuses the newer `present.db`.
  static final int PARKED_BEHIND = 24;

  static final int ADVANCED = 25;
  static final int TARGETS = 26;

  /// As [#LATER], with the push service of a send's target.
  static final int LATER_OF_TARGET = 30;

  /// Stands where a try has no cause.
  private static final int NO_CAUSE = 0;

  private static final int SETTLED = 1;
  private static final int WAITS = 2;

  private NoteCodec() {}

  static void write(final ByteWriter out, final Note note) {
    switch (note) {
      case Note.TrailLine(var entry) -> writeEntry(out, entry);
      case Note.Parked(var item) -> {
        out.u8(item.behind().isEmpty() ? PARKED : PARKED_BEHIND);
        writeWaiting(out, item);
      }
      case Note.Unparked(var work) -> {
        out.u8(UNPARKED).number(work.job()).text(work.target().value());
        out.u8(Numbers.PUSH_WAY);
      }
      case Note.Advanced(var send, var reached, var begun, var state, var ofAnotherService) -> {
        out.u8(ADVANCED).number(send).number(reached).number(begun).u8(state.number());
        if (ofAnotherService > 0) { // the version that joined sends reads over it
          out.number(ofAnotherService);
        }
      }
      case Note.Marked marked -> {
        out.u8(MARKED);
        writeUser(out, marked.user());
        out.text(marked.by().value()).u8(marked.mark().number()).instant(marked.at());
        out.number(marked.sequences().size());
        for (final long sequence : marked.sequences()) {
          out.number(sequence);
        }
      }
      case Note.ReadUpTo(var user, var in, var sequence, var at) -> {
        out.u8(READ_UP_TO);
        writeUser(out, user);
        out.text(in.value()).number(sequence).instant(at);
      }
      case Note.Cursor(var user, var device, var sequence) -> {
        out.u8(CURSOR);
        writeUser(out, user);
        out.text(device.value()).number(sequence);
      }
    }
  }

  static Note read(final ByteReader in) {
    final int kind = in.u8();
    return switch (kind) {
      case OPENING, LATER, LATER_OF_TARGET, NO_DEVICE, TARGETS ->
          new Note.TrailLine(readEntry(in, kind));
      case PARKED, PARKED_BEHIND -> new Note.Parked(readWaiting(in, kind == PARKED_BEHIND));
      case UNPARKED -> {
        final var work = new WorkKey(in.number(), new TargetKey(in.text()));
        readWay(in);
        yield new Note.Unparked(work);
      }
      case ADVANCED ->
          new Note.Advanced(
              in.number(),
              in.number(),
              in.number(),
              Numbers.STATES.constant(in.u8()),
              in.isAtEnd() ? 0 : in.number());
      case MARKED -> {
        final UserId user = readUser(in);
        final InstallationId by = new InstallationId(in.text());
        final Mark mark = Numbers.MARKS.constant(in.u8());
        final var at = in.instant();
        final int count = in.count();
        final List<Long> sequences = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          sequences.add(in.number());
        }
        yield new Note.Marked(user, by, mark, sequences, at);
      }
      case READ_UP_TO ->
          new Note.ReadUpTo(readUser(in), new ConversationId(in.text()), in.number(), in.instant());
      case CURSOR -> new Note.Cursor(readUser(in), new InstallationId(in.text()), in.number());
      default -> throw new NewerFormatException("kind of note", kind);
    };
  }

  static void writeWaiting(final ByteWriter out, final Waiting item) {
    out.number(item.event()).text(item.target().value());
    out.u8(Numbers.PUSH_WAY).u8(item.lane().number()).number(item.attempts());
    out.instant(item.notBefore()).instant(item.deadline());
    StringTable.writeReason(out, item.why());
    if (!item.behind().isEmpty()) {
      out.text(item.behind());
    }
  }

  static Waiting readWaiting(final ByteReader in, final boolean behindABreaker) {
    final long event = in.number();
    final var target = new TargetKey(in.text());
    readWay(in);
    return new Waiting(
        event,
        target,
        Numbers.LANES.constant(in.u8()),
        (int) in.number(),
        in.instant(),
        in.instant(),
        StringTable.readReason(in),
        behindABreaker ? in.text() : "");
  }

  /// What waits is named by its event and its target, whatever way stands there.
  private static void readWay(final ByteReader in) {
    final int way = in.u8();
    if (way > Numbers.PUSH_WAY) {
      throw new NewerFormatException("way", way);
    }
  }

  static void writeEntry(final ByteWriter out, final TrailEntry entry) {
    switch (entry) {
      case TrailEntry.Opening line -> {
        out.u8(OPENING).number(line.event()).number(line.devices());
        writeUser(out, line.user());
        out.text(line.target().value()).instant(line.at());
        final TrailEntry.Known known = line.known();
        out.u8((known.channelOpen() ? 1 : 0) | (known.foreground() ? 2 : 0));
        StringTable.write(out, known.reported());
        StringTable.write(out, known.platform());
        out.signed(known.osMajor());
        StringTable.write(out, line.decision());
        StringTable.writeReason(out, line.why());
        writeTries(out, line.tries());
        out.bool(line.settled());
        writeCauses(out, line.tries());
      }
      case TrailEntry.Later line -> {
        out.u8(line.service().isEmpty() ? LATER : LATER_OF_TARGET);
        out.number(line.event()).text(line.target().value());
        if (!line.service().isEmpty()) {
          out.text(line.service());
        }
        out.instant(line.at());
        writeTries(out, line.tries());
        out.bool(line.settled());
        writeCauses(out, line.tries());
      }
      case TrailEntry.Targets line -> {
        out.u8(TARGETS).number(line.event()).instant(line.at()).number(line.targets().size());
        for (final var target : line.targets()) {
          out.number(target.number()).text(target.target().value()).text(target.service());
          writeTries(out, target.tries());
          for (final var one : target.tries()) {
            out.u8(one.cause().map(cause -> cause.number()).orElse(NO_CAUSE));
          }
          out.u8((target.settled() ? SETTLED : 0) | (target.waits() ? WAITS : 0));
        }
        writeTemplates(out, line.targets());
      }
      case TrailEntry.NoDevice line -> {
        out.u8(NO_DEVICE).number(line.event()).number(line.devices());
        writeUser(out, line.user());
        out.instant(line.at());
        StringTable.writeReason(out, line.why());
      }
    }
  }

  static TrailEntry readEntry(final ByteReader in, final int kind) {
    return switch (kind) {
      case OPENING -> {
        final long event = in.number();
        final int devices = (int) in.number();
        final UserId user = readUser(in);
        final var target = new TargetKey(in.text());
        final var at = in.instant();
        final int flags = in.u8();
        final var known =
            new TrailEntry.Known(
                (flags & 1) != 0,
                (flags & 2) != 0,
                StringTable.read(in),
                StringTable.read(in),
                (int) in.signed());
        final String decision = StringTable.read(in);
        final var why = StringTable.readReason(in);
        final List<TrailEntry.Try> tries = readTries(in);
        final boolean settled = in.bool();
        readCauses(in, tries);
        yield new TrailEntry.Opening(
            event, devices, user, target, at, known, decision, why, tries, settled);
      }
      case LATER, LATER_OF_TARGET -> {
        final long event = in.number();
        final var target = new TargetKey(in.text());
        final var service = kind == LATER ? "" : in.text();
        final var at = in.instant();
        final List<TrailEntry.Try> tries = readTries(in);
        final boolean settled = in.bool();
        readCauses(in, tries);
        yield new TrailEntry.Later(event, target, service, at, tries, settled);
      }
      case TARGETS -> {
        final long event = in.number();
        final var at = in.instant();
        final int count = in.count();
        final List<TrailEntry.OfTarget> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          targets.add(readTarget(in));
        }
        readTemplates(in, targets);
        yield new TrailEntry.Targets(event, at, targets);
      }
      case NO_DEVICE ->
          new TrailEntry.NoDevice(
              in.number(),
              (int) in.number(),
              readUser(in),
              in.instant(),
              StringTable.readReason(in));
      default -> throw new NewerFormatException("kind of line in the trail", kind);
    };
  }

  private static TrailEntry.OfTarget readTarget(final ByteReader in) {
    final long number = in.number();
    final var target = new TargetKey(in.text());
    final var service = in.text();
    final var tries = readTries(in);
    tries.replaceAll(one -> one.withCause(Numbers.CAUSES.find(in.u8())));
    final int state = in.u8();
    return new TrailEntry.OfTarget(
        number, target, service, tries, (state & SETTLED) != 0, (state & WAITS) != 0);
  }

  private static void writeTries(final ByteWriter out, final List<TrailEntry.Try> tries) {
    out.number(tries.size());
    for (int i = 0; i < tries.size(); i++) {
      final TrailEntry.Try one = tries.get(i);
      StringTable.write(out, one.way());
      out.number(one.number()).instant(one.at());
      StringTable.write(out, one.outcome());
      StringTable.writeReason(out, one.why());
      out.text(one.detail());
    }
  }

  private static List<TrailEntry.Try> readTries(final ByteReader in) {
    final int count = in.count();
    final List<TrailEntry.Try> tries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tries.add(
          new TrailEntry.Try(
              StringTable.read(in),
              (int) in.number(),
              in.instant(),
              StringTable.read(in),
              StringTable.readReason(in),
              in.text()));
    }
    return tries;
  }

  /// Behind everything else, and only where there are any: older versions read over it, and lines
  /// of older versions end before it.
  private static void writeCauses(final ByteWriter out, final List<TrailEntry.Try> tries) {
    for (int i = 0; i < tries.size(); i++) {
      final int place = i;
      tries.get(i).cause().ifPresent(cause -> out.number(place).u8(cause.number()));
    }
  }

  /// Up to the end of the record. A cause of a newer version is left out: the reason stays.
  private static void readCauses(final ByteReader in, final List<TrailEntry.Try> tries) {
    while (!in.isAtEnd()) {
      final int place = (int) in.number();
      final int number = in.u8();
      if (place < 0 || place >= tries.size()) {
        throw new DamagedException("a cause belongs to try " + place + " of " + tries.size());
      }
      tries.set(place, tries.get(place).withCause(Numbers.CAUSES.find(number)));
    }
  }

  /// Behind all targets, and only where there are any, as causes.
  private static void writeTemplates(
      final ByteWriter out, final List<TrailEntry.OfTarget> targets) {
    for (int i = 0; i < targets.size(); i++) {
      if (!targets.get(i).template().isEmpty()) {
        out.number(i).text(targets.get(i).template());
      }
    }
  }

  /// Up to the end of the record.
  private static void readTemplates(final ByteReader in, final List<TrailEntry.OfTarget> targets) {
    while (!in.isAtEnd()) {
      final int place = (int) in.number();
      final var template = in.text();
      if (place < 0 || place >= targets.size()) {
        throw new DamagedException(
            "a template belongs to target " + place + " of " + targets.size());
      }
      targets.set(place, targets.get(place).with(template));
    }
  }

  private static void writeUser(final ByteWriter out, final UserId user) {
    out.text(user.organisation().value()).text(user.name());
  }

  private static UserId readUser(final ByteReader in) {
    return new UserId(new OrganisationId(in.text()), in.text());
  }
}
