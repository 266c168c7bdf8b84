package dev.reveille.storage.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.CallEnd;
import dev.reveille.model.Cause;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.Mark;
import dev.reveille.model.Reason;
import dev.reveille.model.TargetKey.AddressKind;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.Samples;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.WorkKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The numbers on disk are those of `docs/operations/numbers.md`, where each is given once.
final class NumbersTest {
  private static final Path TABLE = Path.of("../docs/operations/numbers.md");

  private record Row(String of, int number, String name, String owner) {
    /// Not built yet, or not written any more.
    boolean isUnused() {
      return owner.equals("reserved") || owner.equals("gone");
    }
  }

  private static List<Row> rows() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .map(line -> line.split("\\s*\\|\\s*", -1))
        .filter(cells -> cells.length == 6 && cells[2].matches("\\d+"))
        .map(cells -> new Row(cells[1], Integer.parseInt(cells[2]), cells[3], cells[4]))
        .toList();
  }

  /// What the table says, without what is reserved or gone.
  private static Map<Integer, String> table(final String of) throws IOException {
    final Map<Integer, String> names = new TreeMap<>();
    rows().stream()
        .filter(row -> row.of.equals(of) && !row.isUnused())
        .forEach(row -> names.put(row.number, row.name));
    return names;
  }

  private static <E extends Enum<E>> Map<Integer, String> names(
      final E[] all, final ToIntFunction<E> number) {
    return Arrays.stream(all)
        .collect(Collectors.toMap(number::applyAsInt, Enum::name, (a, b) -> a + b, TreeMap::new));
  }

  @Test
  void no_number_and_no_name_is_given_twice() throws IOException {
    final Set<String> seen = new HashSet<>();
    for (final Row row : rows()) {
      assertTrue(seen.add(row.of + " " + row.number), "given twice: " + row);
      assertTrue(seen.add(row.of + " " + row.name), "named twice: " + row);
    }
    assertFalse(seen.isEmpty());
  }

  @Test
  void lanes_marks_classes_and_kinds_of_addresses_have_the_numbers_of_the_table()
      throws IOException {
    assertEquals(table("lane"), names(Lane.values(), Lane::number));
    assertEquals(table("way"), Map.of(Numbers.PUSH_WAY, "PUSH"));
    assertEquals(table("address"), names(AddressKind.values(), AddressKind::number));
    assertEquals(table("mark"), names(Mark.values(), Mark::number));
    assertEquals(table("cause"), names(Cause.values(), Cause::number));
    assertEquals(
        table("entry of a hub"),
        names(HubRegistrations.Kind.values(), HubRegistrations.Kind::number));
    for (final var kind : HubRegistrations.Kind.values()) {
      assertEquals(kind, Numbers.HUB_ENTRIES.constant(kind.number()));
    }
    assertEquals(table("class"), names(EventClass.values(), EventClass::number));
  }

  @Test
  void words_have_the_numbers_of_the_table() throws IOException {
    final Map<Integer, String> known = new TreeMap<>(Map.of(0, "(its text follows)"));
    for (final String word : StringTable.known()) {
      known.put(known.size(), word.isEmpty() ? "(empty)" : word);
    }
    assertEquals(table("word"), known);
    for (final var one : known.entrySet()) {
      final ByteWriter out = new ByteWriter(64);
      StringTable.write(out, one.getValue().equals("(empty)") ? "" : one.getValue());
      assertEquals(one.getKey(), out.copy()[0]);
    }
  }

  @Test
  void groups_and_targets_of_hubs_have_the_format_of_the_table() throws IOException {
    assertEquals(table("group"), Map.of(GroupWriter.FORMAT, "format 1"));
    assertEquals(table("target of a hub"), Map.of(HubTargetCodec.FORMAT, "format 1"));
  }

  @Test
  void events_and_notes_have_the_numbers_of_the_table() throws IOException {
    final Map<Integer, String> written = new TreeMap<>();
    for (final Event event :
        List.of(
            Samples.incomingCall("call"),
            Samples.callEnded("end", "call", new CallEnd.Cancelled()),
            Samples.message("message"),
            Samples.changeHint("hint", Set.of("mail")),
            Samples.silent("silent"))) {
      written.put(EventCodec.kind(event), event.getClass().getSimpleName());
    }
    final var early =
        new Event.CallEnded(
            Samples.key("early"),
            List.of(),
            "call-end",
            Samples.call("c"),
            new CallEnd.Cancelled(),
            Samples.life());
    written.put(EventCodec.kind(early), "EarlyEnd");
    final var send = Samples.send("send", new Audience.Registered("news", "", 1), Samples.NOW);
    written.put(EventCodec.kind(send), "Send");
    written.put(
        number(new Note.TrailLine(new TrailEntry.Targets(1, Samples.NOW, List.of()))), "Targets");
    written.put(number(new Note.Advanced(1, 1, 1, SendLog.State.OVER)), "Advanced");
    final var waiting = Samples.waiting(1, Samples.PHONE, Lane.URGENT, Samples.NOW);
    written.put(number(Samples.told(1, 1, Samples.PHONE, true)), "Opening");
    written.put(number(new Note.TrailLine(Samples.later(1, Samples.PHONE, true))), "Later");
    written.put(
        number(
            new Note.TrailLine(
                new TrailEntry.Later(
                    1, Samples.address(1).key(), "apns", Samples.NOW, List.of(), true))),
        "LaterOfTarget");
    written.put(
        number(
            new Note.TrailLine(
                new TrailEntry.NoDevice(1, 0, Samples.BEN, Samples.NOW, Reason.NO_DEVICES))),
        "NoDevice");
    written.put(number(new Note.Parked(waiting)), "Parked");
    written.put(number(new Note.Parked(waiting.behind("gate"))), "ParkedBehind");
    written.put(number(new Note.Unparked(new WorkKey(1, Samples.PHONE.target()))), "Unparked");
    written.put(
        number(new Note.Marked(Samples.ANNA, Samples.PHONE, Mark.READ, List.of(1L), Samples.NOW)),
        "Marked");
    written.put(number(new Note.ReadUpTo(Samples.ANNA, Samples.TEAM, 1, Samples.NOW)), "ReadUpTo");
    written.put(number(new Note.Cursor(Samples.ANNA, Samples.PHONE, 1)), "Cursor");

    assertEquals(table("record"), written);
    assertEquals(table("state of a send"), names(SendLog.State.values(), SendLog.State::number));
    assertEquals(
        table("audience"),
        Map.of(SendCodec.ADDRESSES, "Addresses", SendCodec.REGISTERED, "Registered"));
    assertEquals(
        table("content of a send"),
        Map.of(
            SendCodec.NEUTRAL,
            "Neutral",
            SendCodec.NATIVE,
            "Native",
            SendCodec.TEMPLATE,
            "Template",
            SendCodec.NATIVE_OF_FORMAT,
            "NativeOfFormat"));
    assertEquals(
        table("address of a send"),
        Map.of(
            SendCodec.DIRECT,
            "Direct",
            SendCodec.DIRECT_SCOPED,
            "DirectScoped",
            SendCodec.SUBSCRIPTION,
            "Subscription"));
    for (final Class<?> kind : Event.class.getPermittedSubclasses()) {
      assertTrue(written.containsValue(kind.getSimpleName()), kind + " is not in this test");
    }
    for (final Class<?> kind : Note.class.getPermittedSubclasses()) {
      assertTrue(
          kind == Note.TrailLine.class || written.containsValue(kind.getSimpleName()),
          kind + " is not in this test");
    }
  }

  private static int number(final Note note) {
    final ByteWriter out = new ByteWriter(64);
    NoteCodec.write(out, note);
    return out.copy()[0];
  }

  @Test
  void ends_of_calls_have_the_numbers_of_the_table() throws IOException {
    final List<CallEnd> ends =
        List.of(
            new CallEnd.Answered(Samples.ANNA, Samples.PHONE),
            new CallEnd.Declined(Samples.ANNA),
            new CallEnd.Cancelled(),
            new CallEnd.TimedOut(),
            new CallEnd.AnsweredElsewhere("desk phone"));
    final Map<Integer, String> written = new TreeMap<>();
    for (final CallEnd how : ends) {
      final ByteWriter out = new ByteWriter(64);
      EventCodec.writeEnd(out, how, Samples.ANNA.organisation());
      written.put((int) out.copy()[0], how.getClass().getSimpleName());
    }
    assertEquals(table("end of a call"), written);
    assertEquals(CallEnd.class.getPermittedSubclasses().length, written.size());
  }

  @Test
  void a_number_that_is_reserved_or_free_is_refused_as_of_a_newer_version() throws IOException {
    final var known = table("record").keySet();
    for (int number = 0; number < 256; number++) {
      final int kind = number;
      final ByteReader in = new ByteReader(new byte[] {(byte) kind});
      if (!known.contains(kind)) {
        final Exception refused =
            assertThrows(NewerFormatException.class, () -> NoteCodec.read(in));
        assertEquals(
            "this version knows no kind of note with the number " + kind, refused.getMessage());
      }
    }
    assertThrows(NewerFormatException.class, () -> Numbers.LANES.constant(Lane.values().length));
    final ByteWriter unparked = new ByteWriter(64);
    NoteCodec.write(unparked, new Note.Unparked(new WorkKey(1, Samples.PHONE.target())));
    final byte[] newer = unparked.copy();
    newer[newer.length - 1] = 2;
    assertThrows(NewerFormatException.class, () -> NoteCodec.read(new ByteReader(newer)));
    final ByteReader word = new ByteReader(new byte[] {(byte) (StringTable.known().size() + 1)});
    assertThrows(NewerFormatException.class, () -> StringTable.read(word));
  }

  @Test
  void two_constants_with_one_number_are_no_numbers() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Numbers<>("lane", List.of(Lane.values()), _ -> 3));
  }
}
