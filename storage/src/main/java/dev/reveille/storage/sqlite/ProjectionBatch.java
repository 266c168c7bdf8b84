package dev.reveille.storage.sqlite;

import dev.reveille.model.CallId;
import dev.reveille.model.ConversationId;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.FolderId;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Note;
import dev.reveille.storage.codec.GroupReader;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Collects the changes that many groups make to the projections, and writes them in the order of
/// their keys. Waiting work is not among them; [SqliteWaitingRoom] keeps its own changes. Under the
/// projector's lock only.
final class ProjectionBatch {
  private record DeviceOf(long user, InstallationId device) {}

  private final Hashes hashes;
  private final JournalDays journal;
  private final OpenEvents open;
  private final SendRows sends;
  private final Map<LocalDate, DayRows> days = new TreeMap<>();
  private final Map<DeviceOf, Long> cursors = new HashMap<>();
  private final Map<DayRows.Pair, Long> read = new TreeMap<>();
  private final Map<DayRows.Pair, StoredJob> hints = new TreeMap<>();
  private final Map<DayRows.Pair, Integer> hintMarks = new HashMap<>();

  ProjectionBatch(
      final Hashes hashes, final JournalDays journal, final OpenEvents open, final SendRows sends) {
    this.hashes = hashes;
    this.journal = journal;
    this.open = open;
    this.sends = sends;
  }

  void add(final CommittedGroup group) throws SQLException {
    if (!group.jobs().isEmpty()) {
      final DayRows day = rowsOf(group.first());
      for (final StoredJob stored : group.jobs()) {
        switch (stored.job()) {
          case Event event -> {
            if (!event.recipients().isEmpty()) { // else there is no device to settle
              open.accepted(stored.sequence());
            }
            add(stored, day);
          }
          case Send _ -> sends.accepted(stored);
        }
      }
    }
    final List<Note> notes = group.notes();
    for (int i = 0; i < notes.size(); i++) {
      switch (notes.get(i)) {
        case Note.TrailLine(var line) -> {
          final DayRows day;
          if (SendRows.isOfSend(line)) {
            day = rowsOf(line.event(), sends.told(line, group.first(), dayOf(group)));
          } else {
            open.told(line);
            day = rowsOf(line.event());
          }
          GroupReader.copyRecord(group.body(), group.noteOffsets()[i], day.linesOf(line.event()));
        }
        case Note.Marked marked -> add(marked);
        case Note.ReadUpTo(var user, var in, var sequence, var _) ->
            read.merge(
                new DayRows.Pair(hashes.user(user), hashes.conversation(user.organisation(), in)),
                sequence,
                Math::max);
        case Note.Cursor(var user, var device, var sequence) ->
            cursors.put(new DeviceOf(hashes.user(user), device), sequence);
        case Note.Advanced advanced -> sends.advanced(advanced, group.first(), dayOf(group));
        case Note.Parked _, Note.Unparked _ -> {}
      }
    }
  }

  private void add(final StoredJob stored, final DayRows day) {
    final Event event = stored.event();
    if (event instanceof Event.ChangeHint hint) {
      for (final UserId user : hint.recipients()) {
        for (final FolderId folder : hint.folders()) {
          hints.put(
              new DayRows.Pair(hashes.user(user), hashes.folder(user.organisation(), folder)),
              stored);
        }
      }
      return;
    }
    final int kind = EntryKind.of(event);
    final long conversation =
        event instanceof Event.Message message
            ? conversation(event.key().organisation(), message.in())
            : 0;
    final long keepUntil = event.life().keepUntil().getEpochSecond();
    for (final UserId user : event.recipients()) {
      day.entries()
          .add(
              new DayRows.Entry(
                  hashes.user(user), stored.sequence(), kind, conversation, keepUntil));
    }
    callOf(event)
        .ifPresent(call ->
            day.calls()
                .add(
                    new DayRows.Pair(
                        hashes.call(event.key().organisation(), call), stored.sequence())));
  }

  private long conversation(final OrganisationId organisation, final ConversationId in) {
    return hashes.conversation(organisation, in);
  }

  /// The call that an event belongs to: its own, or the one whose collapse id an alert bears.
  static Optional<CallId> callOf(final Event event) {
    return switch (event) {
      case Event.IncomingCall call -> Optional.of(call.call());
      case Event.CallEnded end -> Optional.of(end.call());
      case Event.Other other when other.collapse().length() == 36 -> callOf(other.collapse());
      case Event.Message _, Event.ChangeHint _, Event.Other _ -> Optional.empty();
    };
  }

  private static Optional<CallId> callOf(final String text) {
    try {
      return Optional.of(new CallId(UUID.fromString(text)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// Equal for equal calls only; for who looks at events found by a hash.
  static boolean belongsTo(
      final StoredJob stored, final OrganisationId organisation, final CallId call) {
    if (!stored.isEvent()) {
      return false;
    }
    final EventKey key = stored.event().key();
    return key.organisation().equals(organisation)
        && callOf(stored.event()).filter(call::equals).isPresent();
  }

  private void add(final Note.Marked marked) {
    final long user = hashes.user(marked.user());
    final int bit = 1 << marked.mark().number();
    for (final long sequence : marked.sequences()) {
      rowsOf(sequence).mark(user, sequence, bit);
      hintMarks.merge(new DayRows.Pair(user, sequence), bit, (a, b) -> a | b);
    }
  }

  private long dayOf(final CommittedGroup group) {
    return journal.dateOf(group.first()).toEpochDay();
  }

  /// @param toldIn the day of a send's lines, since 1970; 0 for that in which it was accepted
  private DayRows rowsOf(final long send, final long toldIn) {
    if (toldIn == 0) {
      return rowsOf(send);
    }
    final LocalDate date = LocalDate.ofEpochDay(toldIn);
    return rowsOf(journal.has(date) ? date : LocalDate.EPOCH);
  }

  private DayRows rowsOf(final long sequence) {
    return rowsOf(journal.dateOf(sequence));
  }

  private DayRows rowsOf(final LocalDate date) {
    return date.equals(LocalDate.EPOCH)
        ? new DayRows() // its day is gone, and so is what is said about it
        : days.computeIfAbsent(date, _ -> new DayRows());
  }

  Map<LocalDate, DayRows> days() {
    return days;
  }

  /// Writes what belongs into `present.db`, inside the open transaction.
  void writePresent(final PresentFile file) throws SQLException {
    final Database present = file.writer();
    open.write();
    sends.write();
    hints.values().forEach(hint -> file.noteHint(hint.sequence()));
    writeHints(present);
    hintMarks.keySet().removeIf(marked -> !file.mayHaveHintAfter(marked.sequence() - 1));
    writeHintMarks(present);
    if (!cursors.isEmpty()) {
      try (PreparedStatement keep =
          present.prepare("INSERT OR REPLACE INTO cursor(user, device, seq) VALUES(?,?,?)")) {
        for (final var cursor : cursors.entrySet()) {
          keep.setLong(1, cursor.getKey().user());
          keep.setString(2, cursor.getKey().device().value());
          keep.setLong(3, cursor.getValue());
          keep.addBatch();
        }
        keep.executeBatch();
      }
    }
    if (!read.isEmpty()) {
      try (PreparedStatement keep =
          present.prepare(
              "INSERT INTO read_up_to(user, conv, seq) VALUES(?,?,?) ON CONFLICT(user, conv)"
                  + " DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq")) {
        for (final var one : read.entrySet()) {
          keep.setLong(1, one.getKey().key());
          keep.setLong(2, one.getKey().sequence());
          keep.setLong(3, one.getValue());
          keep.addBatch();
        }
        keep.executeBatch();
      }
    }
  }

  private void writeHints(final Database present) throws SQLException {
    if (!hints.isEmpty()) {
      try (PreparedStatement keep =
          present.prepare(
              "INSERT INTO hint(user, folder, seq, marks, keep) VALUES(?,?,?,0,?)"
                  + " ON CONFLICT(user, folder) DO UPDATE SET seq = excluded.seq, marks = 0,"
                  + " keep = excluded.keep WHERE excluded.seq > seq")) {
        for (final var hint : hints.entrySet()) {
          keep.setLong(1, hint.getKey().key());
          keep.setLong(2, hint.getKey().sequence());
          keep.setLong(3, hint.getValue().sequence());
          keep.setLong(4, hint.getValue().event().life().keepUntil().getEpochSecond());
          keep.addBatch();
        }
        keep.executeBatch();
      }
    }
  }

  /// Whether a mark concerns a hint only the table knows; of most marks it is known without looking
  /// that they do not.
  private void writeHintMarks(final Database present) throws SQLException {
    if (!hintMarks.isEmpty()) {
      try (PreparedStatement mark =
          present.prepare("UPDATE hint SET marks = marks | ? WHERE user = ? AND seq = ?")) {
        for (final var one : new TreeMap<>(hintMarks).entrySet()) {
          mark.setInt(1, one.getValue());
          mark.setLong(2, one.getKey().key());
          mark.setLong(3, one.getKey().sequence());
          mark.addBatch();
        }
        mark.executeBatch();
      }
    }
  }
}
