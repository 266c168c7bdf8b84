package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `client.json` is lost, and with it the only key: the owner of the data directory gets back in.
final class LostKeysStory {
  @TempDir private Path folder;

  /// A server on the data directory, as an operator starts it.
  private final class Started implements AutoCloseable {
    private final Process process;

    Started() throws IOException {
      final var builder =
          new ProcessBuilder(
                  Packaged.launcher().toString(),
                  "serve",
                  "--data",
                  data(),
                  "--api-port",
                  "0",
                  "--device-port",
                  "0",
                  "--metrics-port",
                  "0")
              .redirectError(folder.resolve("server.txt").toFile());
      builder.environment().put("REVEILLE_BUILD", "never");
      process = builder.start();
      process.getOutputStream().close();
      final var said = process.inputReader(StandardCharsets.UTF_8).readLine();
      assertTrue(said != null && said.startsWith("reveille ready "), () -> "said: " + said);
    }

    @Override
    public void close() throws Exception {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the server did not end");
      }
    }
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private Packaged.Out command(final String... words) throws Exception {
    return Packaged.run(folder, 60, words);
  }

  @Test
  void a_stopped_server_gets_a_new_key_from_who_may_write_its_directory() throws Exception {
    final var client = folder.resolve("data/client.json");
    try (var _ = new Started()) {
      final var refused = command("keys", "add", "--data", data(), "--offline");
      assertEquals(69, refused.exit(), refused.text());
      assertTrue(refused.text().contains("in use by another server"), refused.text());
    }
    Files.delete(client);
    Files.delete(folder.resolve("data/master.key")); // there are no credentials to be read with it

    try (var _ = new Started()) {
      final var locked = command("keys", "--data", data());
      assertEquals(1, locked.exit(), locked.text());
      assertTrue(locked.text().contains("keys add --data DIR --offline"), locked.text());
      assertTrue(
          Files.readString(folder.resolve("server.txt"))
              .contains("has no key for the command line"),
          "the log says so, too");
    }

    final var made = command("keys", "add", "--data", data(), "--offline", "--note", "found");
    assertEquals(0, made.exit(), made.text());
    final var secret = made.text().strip();
    assertTrue(secret.matches("rk_\\w+"), secret);
    assertTrue(Files.readString(client).contains(secret));

    try (var _ = new Started()) {
      assertTrue(Files.readString(client).contains(secret), "the start keeps it");
      final var keys = command("keys", "--data", data());
      assertEquals(0, keys.exit(), keys.text());
      assertTrue(keys.text().contains("listen manage send"), keys.text());
      assertTrue(keys.text().contains("found"), keys.text());
      assertFalse(keys.text().contains(secret), "secrets are shown once");
    }
  }
}
