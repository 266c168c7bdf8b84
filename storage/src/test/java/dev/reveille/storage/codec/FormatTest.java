package dev.reveille.storage.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.CallEnd;
import dev.reveille.model.Event;
import dev.reveille.model.Kept;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.TrailEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The bytes of version 1 keep their meaning for ever.
final class FormatTest {
  private static final long FIRST = 1_000;

  private static List<Event> events() {
    return List.of(
        Samples.incomingCall("call", Samples.ANNA, Samples.BEN),
        Samples.callEnded(
            "end-1", "call", new CallEnd.Answered(Samples.ANNA, Samples.PHONE), Samples.BEN),
        Samples.callEnded("end-2", "call", new CallEnd.Declined(Samples.BEN)),
        Samples.callEnded("end-3", "call", new CallEnd.Cancelled()),
        Samples.callEnded("end-4", "call", new CallEnd.TimedOut()),
        Samples.callEnded("end-5", "call", new CallEnd.AnsweredElsewhere("desk phone")),
        Samples.message("message"),
        Samples.changeHint("hint", Set.of("mail")),
        Samples.missedCall("missed"),
        Samples.silent("silent"));
  }

  private static List<Note> notes() {
    return List.of(
        Samples.told(FIRST, 2, Samples.PHONE, false),
        new Note.Told(Samples.later(FIRST, Samples.PHONE, true)),
        new Note.Told(
            new TrailEntry.Nobody(FIRST + 1, 0, Samples.BEN, Samples.NOW, Reason.NO_DEVICES)),
        new Note.Parked(Samples.waiting(FIRST, Samples.TABLET, Lane.URGENT, Samples.NOW)),
        new Note.Unparked(FIRST, Samples.TABLET, dev.reveille.routing.port.WaitingRoom.Way.LIVE),
        new Note.Marked(
            Samples.ANNA, Samples.PHONE, Mark.READ, List.of(FIRST, FIRST + 6), Samples.NOW),
        new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, FIRST + 6, Samples.NOW),
        new Note.Cursor(Samples.ANNA, Samples.PHONE, FIRST + 9));
  }

  private static byte[] write() {
    final GroupWriter writer = new GroupWriter(7);
    writer.begin(FIRST, Samples.NOW);
    for (final Event event : events()) {
      writer.event(event, 42);
    }
    notes().forEach(writer::note);
    return writer.finish();
  }

  @Test
  void bytes_of_version_1_read_as_what_they_were() throws IOException {
    final GroupReader group = new GroupReader(fixture());
    assertEquals(FIRST, group.first());
    assertEquals(Samples.NOW, group.at());
    assertEquals(events(), group.kept().stream().map(Kept::event).toList());
    assertEquals(notes(), group.notes());
    assertEquals(42, group.contentHash(FIRST + 3));
  }

  @Test
  void what_is_written_today_is_still_version_1() throws IOException {
    assertEquals(
        Base64.getMimeEncoder().encodeToString(fixture()),
        Base64.getMimeEncoder().encodeToString(write()));
  }

  private static byte[] fixture() throws IOException {
    try (var in = FormatTest.class.getResourceAsStream("group-v1.base64")) {
      if (in == null) {
        throw new AssertionError("group-v1.base64 is missing");
      }
      return Base64.getMimeDecoder()
          .decode(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  @Test
  void a_newer_format_is_refused_by_name() {
    final byte[] group = write();
    group[0] = 2;
    final Exception refused =
        assertThrows(NewerFormatException.class, () -> new GroupReader(group));
    assertEquals(
        "the records have format 2, this version knows formats up to 1", refused.getMessage());
  }

  /// Prints the fixture of the format of today: `main` of this class, once per format.
  static void main() {
    System.out.println(Base64.getMimeEncoder().encodeToString(write()));
  }
}
