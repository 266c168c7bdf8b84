package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an operator does at the terminal beside a running server: looks for mistakes, and holds a
/// phone in the hand.
final class TerminalStory {
  @SuppressWarnings("NullAway") // set before each test
  @AutoClose
  private Theatre theatre;

  @TempDir private Path folder;

  @BeforeEach
  void raise() throws Exception {
    theatre = new Theatre();
  }

  private record Checked(int exit, String text) {}

  private Checked check() throws Exception {
    final var process = theatre.start(folder.resolve("check.txt"), "check");
    process.getOutputStream().close();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the check ends by itself");
    return new Checked(process.exitValue(), Files.readString(folder.resolve("check.txt")));
  }

  @Test
  void check_names_a_mistake_and_its_remedy_and_is_content_after_it() throws Exception {
    final var off = check();
    assertEquals(1, off.exit(), off.text());
    assertTrue(off.text().contains("[push-switched-off]"), off.text());
    final var remedy = "settings set push-notification apple=true";
    assertTrue(off.text().contains("reveille " + remedy), off.text());

    final var _ = theatre.command(remedy.split(" "));
    final var on = check();
    assertEquals(0, on.exit(), on.text());
    assertFalse(on.text().contains("WRONG"), on.text());

    final var strange = Map.of("bundleId", Theatre.APP + ".voip", "name", "Phone");
    final var _ = theatre.call("PUT", "/v1/apps/" + Theatre.APP, strange);
    final var suffix = check();
    assertEquals(1, suffix.exit(), suffix.text());
    assertTrue(suffix.text().contains("[topic-with-suffix]"), suffix.text());
  }

  @Test
  void check_tells_what_apple_says_of_our_credentials() throws Exception {
    theatre.switchPush(true);
    final var _ = theatre.phone("anna", kind -> kind);
    assertEquals(0, check().exit());
    theatre.revokeKey(Theatre.APP);

    final var trail = "/v1/events/" + theatre.message("anna", "Hello") + "/trail";
    AcrossProcesses.get(
        "Apple's refusal",
        () -> theatre.call("GET", trail, "").toString().contains("RV-209") ? true : null);

    final var found = check();
    assertEquals(1, found.exit(), found.text());
    assertTrue(found.text().contains("[credentials-refused]"), found.text());
    assertTrue(found.text().contains("InvalidProviderToken"), found.text());
  }

  @Test
  void a_phone_in_a_pipe_rings_answers_and_signs_out() throws Exception {
    final var _ = theatre.call("PUT", "/v1/users/anna", Map.of());
    final var heard = folder.resolve("phone.txt");
    final var process =
        theatre.start(heard, "phone", "--user", "anna", "--app", Theatre.APP, "--os", "18");
    try (var keys = process.outputWriter(StandardCharsets.UTF_8)) {
      await(heard, "Connected as");
      type(keys, "foreground");
      AcrossProcesses.get(
          "anna's presence", () -> theatre.presence("anna").equals("available") ? true : null);

      final var _ = theatre.message("anna", "Lunch?");
      await(heard, "Lunch?");
      final var call = theatre.ring("anna", "call", false);
      await(heard, "RINGING  Carol");
      type(keys, "answer");
      await(heard, "You are talking.");
      assertEquals("answered", end(call));

      final var missed = theatre.ring("anna", "call", true);
      await(heard, "(video)");
      type(keys, "decline");
      await(heard, "Declined.");
      assertEquals("declined", end(missed));

      type(keys, "dance");
      await(heard, "decline [here], hang up"); // what it understands
      type(keys, "quit");
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the phone switches off");
    } finally {
      process.destroy();
    }
    assertEquals(0, process.exitValue(), Files.readString(heard));
    assertEquals(
        List.of(),
        theatre.call("GET", "/v1/installations?user=anna", "").findValuesAsText("id"),
        "it signed out");
  }

  private String end(final String call) throws Exception {
    return theatre.call("GET", "/v1/calls/" + call, "").at("/end/how").asText();
  }

  private static void type(final BufferedWriter keys, final String line) throws IOException {
    keys.append(line).append('\n').flush();
  }

  private static void await(final Path heard, final String words) throws Exception {
    final var _ =
        AcrossProcesses.get(words, () -> Files.readString(heard).contains(words) ? words : null);
  }
}
