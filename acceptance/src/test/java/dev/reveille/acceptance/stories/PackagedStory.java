package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.simulators.apple.SigningKey;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user runs, as a user runs it.
final class PackagedStory {
  @TempDir private Path folder;

  @Test
  void a_server_that_is_asked_to_end_says_so_in_its_log() throws Exception {
    try (var theatre = new Theatre()) {
      final var log = theatre.stop();
      assertTrue(log.contains("going down, draining"), log);
    }
  }

  @Test
  void help_and_reasons_need_nothing_and_are_no_mistake() throws Exception {
    for (final var words :
        List.of(
            List.of("bench", "--help"),
            List.of("bench", "dispatch", "--help"),
            List.of("simulate", "apple", "--help"),
            List.of("reasons", "RV-104"))) {
      final var out = Packaged.run(folder, 60, words.toArray(String[]::new));
      assertEquals(0, out.exit(), () -> words + ": " + out.text());
      assertFalse(out.text().isEmpty(), words::toString);
    }
  }

  // This server may speak to 127.0.0.1 beside Google and Apple, and to no other host.
  @Test
  void credentials_that_name_another_machine_are_refused_with_the_setting_that_allows_it()
      throws Exception {
    try (var theatre = new Theatre()) {
      final var key = SigningKey.make("TEAM123456", "KEY1234567");
      final var answer =
          theatre.send(
              "PUT",
              "/v1/apps/" + Theatre.APP + "/credentials/apns",
              Map.of(
                  "team", key.team(),
                  "keyId", key.keyId(),
                  "key", key.pem(),
                  "endpoint", "https://169.254.169.254"));
      assertEquals(400, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("RV-222"), answer.body());
      assertTrue(answer.body().contains("push.allowed-hosts"), answer.body());
      assertTrue(answer.body().contains("serve --push-host"), answer.body());
    }
  }
}
