package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.reveille.model.EventClass;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.UserId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The hash of what a sender wrote stands in the journal and tells a repeat from a conflict: an
/// update of the server must not change it, or every repeat across the update is a conflict.
///
/// `content-hashes-v1.txt` has a line per form of an event: its hash and its JSON. The hashes were
/// printed by [#main] on the last build that took them from the places of enum constants, before
/// those numbers were written out. Forms with new fields are added at the end; no line changes.
final class ContentHashTest {
  private static final String FIXTURE = "content-hashes-v1.txt";
  private static final int DIGITS = 16;
  private static final OrganisationId ACME = new OrganisationId("acme");

  @Test
  void hashes_are_those_of_version_1() throws IOException {
    for (final var line : lines()) {
      assertEquals(line, hashed(line.substring(DIGITS + 1)));
    }
  }

  @Test
  void of_all_forms_only_two_lists_of_the_same_recipients_have_one_hash() throws IOException {
    final var forms = new HashMap<String, Integer>();
    lines().forEach(line -> forms.merge(line.substring(0, DIGITS), 1, Integer::sum));

    assertEquals(lines().size() - 1, forms.size());
  }

  @Test
  void fields_and_classes_have_the_numbers_of_the_table() throws IOException {
    final var table = Files.readAllLines(Path.of("../docs/operations/numbers.md"));
    assertEquals(
        table.stream().filter(line -> line.matches("\\| field \\| \\d.*")).toList(),
        Arrays.stream(EventField.values())
            .map(field -> "| field | " + field.number() + " | " + field + " | `EventField` |")
            .toList());
    assertEquals(
        table.stream().filter(line -> line.matches("\\| class \\| \\d.*")).toList(),
        Arrays.stream(EventClass.values())
            .map(as -> "| class | " + as.number() + " | " + as + " | `EventClass` |")
            .toList());
  }

  private static String hashed(final String json) {
    final var draft =
        switch (EventReader.read(json.getBytes(StandardCharsets.UTF_8))) {
          case EventReader.Request.One(var one) -> one;
          case EventReader.Request.Several _ -> throw new AssertionError("one event per line");
        };
    final var users = draft.to.stream().map(name -> new UserId(ACME, name)).toList();
    return HexFormat.of().toHexDigits(draft.hash(users)) + " " + json;
  }

  private static List<String> lines() throws IOException {
    try (var in = ContentHashTest.class.getResourceAsStream(FIXTURE)) {
      if (in == null) {
        throw new AssertionError(FIXTURE + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /// Prints the lines with the hashes of today, for forms that are new.
  static void main() throws IOException {
    lines().forEach(line -> System.out.println(hashed(line.substring(DIGITS + 1))));
  }
}
