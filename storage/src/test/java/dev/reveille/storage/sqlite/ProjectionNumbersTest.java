package dev.reveille.storage.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.Event;
import dev.reveille.routing.port.Samples;
import dev.reveille.storage.codec.Fingerprint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The numbers that the projections write are those of `docs/operations/numbers.md`.
final class ProjectionNumbersTest {
  private static final Path TABLE = Path.of("../docs/operations/numbers.md");
  private static final long SEED = 7;

  private static List<String> table(final String of) throws IOException {
    return Files.readAllLines(TABLE).stream()
        .filter(line -> line.matches("\\| " + of + " \\| \\d+ \\|.*"))
        .map(line -> line.split(" \\| ", -1)[1] + " " + line.split(" \\| ", -1)[2])
        .toList();
  }

  @Test
  void entries_have_the_numbers_of_the_table() throws IOException {
    assertEquals(
        List.of(
            EntryKind.MESSAGE + " MESSAGE",
            EntryKind.ALERT + " ALERT",
            EntryKind.MISSED_CALL + " MISSED_CALL",
            EntryKind.NO_ENTRY + " NO_ENTRY"),
        table("entry"));
    assertEquals(EntryKind.MESSAGE, EntryKind.of(Samples.message("m")));
    assertEquals(EntryKind.MISSED_CALL, EntryKind.of(Samples.missedCall("m")));
    assertEquals(EntryKind.NO_ENTRY, EntryKind.of(Samples.silent("s")));
  }

  @Test
  void hashes_are_made_with_the_numbers_of_the_table() throws IOException {
    final Hashes hashes = new Hashes(SEED);
    final Event.IncomingCall call = (Event.IncomingCall) Samples.incomingCall("call");
    final var home = Samples.ANNA.organisation();
    final Map<String, Long> made =
        Map.of(
            "1 user", hashes.user(Samples.ANNA),
            "2 conversation", hashes.conversation(home, Samples.TEAM),
            "3 folder", hashes.folder(home, new dev.reveille.model.FolderId("mail")),
            "4 call", hashes.call(home, call.call()));
    final Map<String, String> names =
        Map.of(
            "1 user", Samples.ANNA.name(),
            "2 conversation", Samples.TEAM.value(),
            "3 folder", "mail",
            "4 call", call.call().value().toString());
    assertEquals(names.keySet().stream().sorted().toList(), table("hash"));
    names.forEach((row, name) -> {
      final byte[] bytes = (home.value() + "\n" + name).getBytes(StandardCharsets.UTF_8);
      final int number = Integer.parseInt(row.substring(0, 1));
      assertEquals(Fingerprint.of(SEED + number, bytes, 0, bytes.length), made.get(row), row);
    });
  }
}
