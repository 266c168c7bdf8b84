package dev.reveille.storage.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.Audience;
import dev.reveille.model.Bytes;
import dev.reveille.model.CallEnd;
import dev.reveille.model.Cause;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Job;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.Mark;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import dev.reveille.routing.port.WorkKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// The bytes of version 1 keep their meaning for ever.
final class FormatTest {
  private static final long FIRST = 1_000;
  private static final int CHECKSUM = 4;
  private static final String GROUP = "group-v1.base64";

  /// Printed, as the other, by [#main]: on the last build that wrote the places of enum constants.
  private static final String EVERY_NUMBER = "every-number-v1.base64";

  private static final String SENDS = "sends-v1.base64";
  private static final String SCOPED = "scoped-v1.base64";

  private static final String NATIVE_SENDS = "native-sends-v1.base64";
  private static final String TEMPLATE_SENDS = "template-sends-v1.base64";

  private static final Life LIFE = new Life(Samples.NOW, Samples.NOW);
  private static final List<String> WORDS =
      List.of(
          """
          /live/push/receipt/sent/acknowledged/handed-over/refused/try-again/uncertain/expired\
          /live-and-push/live-else-push/suppress/foreground/suspended\
          /ios/android/windows/windows-phone/browser/other/a word without a number\
          """
              .split("/", -1));

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
        new Note.TrailLine(Samples.later(FIRST, Samples.PHONE, true)),
        new Note.TrailLine(
            new TrailEntry.NoDevice(FIRST + 1, 0, Samples.BEN, Samples.NOW, Reason.NO_DEVICES)),
        new Note.Parked(Samples.waiting(FIRST, Samples.TABLET, Lane.URGENT, Samples.NOW)),
        new Note.Unparked(new WorkKey(FIRST, Samples.TABLET.target())),
        new Note.Marked(
            Samples.ANNA, Samples.PHONE, Mark.READ, List.of(FIRST, FIRST + 6), Samples.NOW),
        new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, FIRST + 6, Samples.NOW),
        new Note.Cursor(Samples.ANNA, Samples.PHONE, FIRST + 9));
  }

  /// Every class that an event of no kind of its own can have.
  private static List<Event> eventsOfEveryClass() {
    final List<Event> all = new ArrayList<>();
    for (final EventClass as : List.of(EventClass.ALERT, EventClass.SILENT)) {
      all.add(
          new Event.Other(
              Samples.key(as.word()), List.of(Samples.ANNA), "t", as, "", Content.EMPTY, LIFE));
    }
    return all;
  }

  /// Every lane and mark, and every word that has a number. The first version wrote each piece of
  /// work twice, with the way 0 and with the way 1.
  private static List<Note> notesOfEveryNumber() {
    final List<Note> all = new ArrayList<>();
    for (final Lane lane : List.of(Lane.URGENT, Lane.NORMAL, Lane.BULK)) {
      for (int way = 0; way < 2; way++) {
        all.add(
            new Note.Parked(
                new Waiting(
                    FIRST,
                    Samples.PHONE.target(),
                    lane,
                    1,
                    Samples.NOW,
                    Samples.NOW,
                    Reason.SERVICE_UNREACHABLE,
                    lane == Lane.BULK ? "gate" : "")));
        all.add(new Note.Unparked(new WorkKey(FIRST, Samples.PHONE.target())));
      }
    }
    for (final Mark mark : List.of(Mark.RECEIVED, Mark.SHOWN, Mark.READ, Mark.DISMISSED)) {
      all.add(new Note.Marked(Samples.ANNA, Samples.PHONE, mark, List.of(FIRST), Samples.NOW));
    }
    final List<TrailEntry.Try> tries = new ArrayList<>();
    for (final String word : WORDS) {
      tries.add(new TrailEntry.Try(word, 1, Samples.NOW, word, Reason.NO_DEVICES, ""));
    }
    all.add(
        new Note.TrailLine(
            new TrailEntry.Later(FIRST, Samples.PHONE.target(), Samples.NOW, tries, true)));
    return all;
  }

  private static byte[] write() {
    return write(events(), notes());
  }

  private static byte[] writeEveryNumber() {
    return write(eventsOfEveryClass(), notesOfEveryNumber());
  }

  private static byte[] write(final List<? extends Job> events, final List<Note> notes) {
    final GroupWriter writer = new GroupWriter(7);
    writer.begin(FIRST, Samples.NOW);
    for (final Job event : events) {
      writer.job(event, 42);
    }
    notes.forEach(writer::note);
    return writer.finish();
  }

  @Test
  void bytes_of_version_1_read_as_what_they_were() throws IOException {
    final GroupReader group = new GroupReader(fixture(GROUP));
    assertEquals(FIRST, group.first());
    assertEquals(Samples.NOW, group.at());
    assertEquals(events(), group.stored().stream().map(StoredJob::event).toList());
    assertEquals(notes(), group.notes());
    assertEquals(42, group.contentHash(FIRST + 3));
  }

  @Test
  void what_is_written_today_is_still_version_1() throws IOException {
    assertSameButForWays(1, fixture(GROUP), write());
  }

  @Test
  void every_number_reads_as_what_it_was_and_is_written_as_it_was() throws IOException {
    final GroupReader group = new GroupReader(fixture(EVERY_NUMBER));
    assertEquals(eventsOfEveryClass(), group.stored().stream().map(StoredJob::event).toList());
    assertEquals(notesOfEveryNumber(), group.notes());
    assertSameButForWays(6, fixture(EVERY_NUMBER), writeEveryNumber());
  }

  /// Of the two ways that the first version knew, 0 and 1, only 1 is written today.
  ///
  /// @param ways how often the first version wrote the other
  private static void assertSameButForWays(
      final int ways, final byte[] before, final byte[] written) {
    assertEquals(before.length, written.length);
    final byte[] today = written.clone();
    int found = 0;
    for (int i = 0; i < before.length - CHECKSUM; i++) {
      if (before[i] == 0 && today[i] == Numbers.PUSH_WAY) {
        today[i] = 0;
        found++;
      }
    }
    assertEquals(ways, found);
    withChecksum(today);
    assertEquals(
        Base64.getMimeEncoder().encodeToString(before),
        Base64.getMimeEncoder().encodeToString(today));
  }

  private static void withChecksum(final byte[] group) {
    final int at = group.length - CHECKSUM;
    final CRC32C crc = new CRC32C();
    crc.update(group, 0, at);
    ByteBuffer.wrap(group).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) crc.getValue());
  }

  private static byte[] fixture(final String name) throws IOException {
    try (var in = FormatTest.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError(name + " is missing");
      }
      return Base64.getMimeDecoder()
          .decode(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
  }

  private static Note told(final Optional<Cause> cause) {
    final var one =
        new TrailEntry.Try("push", 1, Samples.NOW, "try-again", Reason.SERVICE_UNREACHABLE, "no");
    return new Note.TrailLine(
        new TrailEntry.Later(
            FIRST,
            Samples.PHONE.target(),
            Samples.NOW,
            List.of(one, one.withCause(cause), one),
            false));
  }

  @Test
  void a_cause_stands_behind_its_line_and_one_of_a_newer_version_is_left_out() {
    final byte[] without = write(List.of(), List.of(told(Optional.empty())));
    for (final Cause cause : Cause.values()) {
      final byte[] with = write(List.of(), List.of(told(Optional.of(cause))));
      assertEquals(without.length + 2, with.length, "the try's place and the cause's number");
      assertEquals(List.of(told(Optional.of(cause))), new GroupReader(with).notes());
    }
    final GroupWriter writer = new GroupWriter(7);
    writer.begin(FIRST, Samples.NOW);
    writer.note(told(Optional.of(Cause.PROXY)));
    final byte[] newer = writer.finish();
    newer[newer.length - 5] = 99;
    withChecksum(newer);
    assertEquals(List.of(told(Optional.empty())), new GroupReader(newer).notes());
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

  private static List<Job> sends() {
    final var addresses = new Audience.Addresses(List.of(Samples.address(1), Samples.address(2)));
    return List.of(
        Samples.send("few", addresses, Samples.NOW),
        Samples.send("many", new Audience.Registered("news", "tag", 5_000), Samples.NOW));
  }

  private static List<Note> notesOfSends() {
    final var tried =
        new TrailEntry.Try("push", 1, Samples.NOW, "try-again", Reason.SERVICE_UNREACHABLE, "no");
    final List<TrailEntry.OfTarget> targets = new ArrayList<>();
    targets.add(
        new TrailEntry.OfTarget(1, Samples.address(1).key(), "apns", List.of(tried), false, true));
    targets.add(
        new TrailEntry.OfTarget(
            2,
            Samples.address(2).key(),
            "apns",
            List.of(tried, tried.withCause(Optional.of(Cause.PROXY))),
            true,
            false));
    final List<Note> all = new ArrayList<>();
    all.add(new Note.TrailLine(new TrailEntry.Targets(FIRST, Samples.NOW, targets)));
    for (final var state :
        List.of(
            SendLog.State.GOES_ON,
            SendLog.State.OVER,
            SendLog.State.CANCELLED,
            SendLog.State.SCHEDULED)) { // those that were there then
      all.add(new Note.Advanced(FIRST, 500, 1_000, state));
    }
    return all;
  }

  @Test
  void sends_read_as_what_they_were_and_are_written_as_they_were() throws IOException {
    final GroupReader group = new GroupReader(fixture(SENDS));
    assertEquals(sends(), group.stored().stream().map(StoredJob::job).toList());
    assertEquals(notesOfSends(), group.notes());
    assertEquals(
        Base64.getMimeEncoder().encodeToString(fixture(SENDS)),
        Base64.getMimeEncoder().encodeToString(write(sends(), notesOfSends())));
  }

  private static List<Job> nativeSends() {
    final var plain = Samples.send("own", new Audience.Registered("news", "", 9), Samples.NOW);
    final var own =
        new SendContent.Native(
            PushService.APNS,
            Map.of("apns-priority", "5", "apns-topic", "org.example"),
            Bytes.of("{\"aps\":{}}"));
    return List.of(
        new Send(plain.key(), plain.life(), plain.lane(), plain.notBefore(), plain.to(), own));
  }

  private static List<Note> notesOfNativeSends() {
    return List.of(new Note.Advanced(FIRST, 500, 1_000, SendLog.State.GOES_ON, 300));
  }

  @Test
  void native_sends_read_as_what_they_were_and_are_written_as_they_were() throws IOException {
    final GroupReader group = new GroupReader(fixture(NATIVE_SENDS));
    assertEquals(nativeSends(), group.stored().stream().map(StoredJob::job).toList());
    assertEquals(notesOfNativeSends(), group.notes());
    assertEquals(
        Base64.getMimeEncoder().encodeToString(fixture(NATIVE_SENDS)),
        Base64.getMimeEncoder().encodeToString(write(nativeSends(), notesOfNativeSends())));
  }

  private static List<Job> templateSends() {
    final var plain = Samples.send("words", new Audience.Registered("news", "", 9), Samples.NOW);
    final Map<String, String> properties = new LinkedHashMap<>();
    properties.put("who", "Zoë");
    properties.put("Text", "");
    final var what = new SendContent.Template(properties);
    return List.of(
        new Send(plain.key(), plain.life(), plain.lane(), plain.notBefore(), plain.to(), what));
  }

  private static List<Note> notesOfTemplateSends() {
    final var tried =
        new TrailEntry.Try("push", 1, Samples.NOW, "refused", Reason.TEMPLATE_UNFIT, "no");
    final var one = Samples.address(1).key();
    final List<TrailEntry.OfTarget> targets =
        List.of(
            new TrailEntry.OfTarget(1, one, "apns", List.of(tried), true, false),
            new TrailEntry.OfTarget(2, one, "fcm", "loud", List.of(tried), true, false),
            new TrailEntry.OfTarget(3, one, "wns", "tile-1/plain", List.of(), false, true));
    return List.of(
        new Note.TrailLine(new TrailEntry.Targets(FIRST, Samples.NOW, targets)),
        new Note.TrailLine(
            new TrailEntry.Later(
                FIRST,
                one,
                "wns",
                Samples.NOW,
                List.of(tried.withCause(Optional.of(Cause.PROXY))),
                true)));
  }

  /// The content of such a send, the template's name and the service of a later line joined
  /// together. An older version refuses the first and the last as newer.
  @Test
  void sends_of_templates_read_as_what_they_were_and_are_written_as_they_were() throws IOException {
    final GroupReader group = new GroupReader(fixture(TEMPLATE_SENDS));
    assertEquals(templateSends(), group.stored().stream().map(StoredJob::job).toList());
    final var send = (Send) group.stored().getFirst().job();
    assertEquals(
        List.of("who", "Text"),
        List.copyOf(((SendContent.Template) send.what()).properties().keySet()));
    assertEquals(notesOfTemplateSends(), group.notes());
    assertEquals(
        Base64.getMimeEncoder().encodeToString(fixture(TEMPLATE_SENDS)),
        Base64.getMimeEncoder().encodeToString(write(templateSends(), notesOfTemplateSends())));
  }

  private static List<Job> scoped() {
    final var one = Samples.address(1);
    final var to = ((PushAddress.Direct) one.address()).withScope("org.example.beta");
    return List.of(
        Samples.send(
            "scoped",
            new Audience.Addresses(List.of(new Audience.Addressed(one.key(), to))),
            Samples.NOW));
  }

  /// An address that says its topic or project has a number of its own, which an older version
  /// refuses as newer.
  @Test
  void an_address_with_a_scope_reads_as_what_it_was_and_is_written_as_it_was() throws IOException {
    assertEquals(
        scoped(), new GroupReader(fixture(SCOPED)).stored().stream().map(StoredJob::job).toList());
    assertEquals(
        Base64.getMimeEncoder().encodeToString(fixture(SCOPED)),
        Base64.getMimeEncoder().encodeToString(write(scoped(), List.of())));
  }

  /// Prints the fixtures of the format of today: `main` of this class, once per format.
  static void main() {
    System.out.println(GROUP + "\n" + Base64.getMimeEncoder().encodeToString(write()));
    System.out.println(
        EVERY_NUMBER + "\n" + Base64.getMimeEncoder().encodeToString(writeEveryNumber()));
    System.out.println(
        SENDS + "\n" + Base64.getMimeEncoder().encodeToString(write(sends(), notesOfSends())));
    System.out.println(
        NATIVE_SENDS
            + "\n"
            + Base64.getMimeEncoder().encodeToString(write(nativeSends(), notesOfNativeSends())));
    System.out.println(
        TEMPLATE_SENDS
            + "\n"
            + Base64.getMimeEncoder()
                .encodeToString(write(templateSends(), notesOfTemplateSends())));
    System.out.println(
        SCOPED + "\n" + Base64.getMimeEncoder().encodeToString(write(scoped(), List.of())));
  }
}
