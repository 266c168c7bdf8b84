package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The guide to domains and passwords, played as it stands in the documentation against the
/// packaged server: what it keeps is there after a restart, no file shows it, and it goes with its
/// user.
final class DomainsAndPasswordsStory {
  private static final String SERVE = "./reveille serve";
  private static final String PASSWORD = "correct horse battery";

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
                  folder.resolve("data").toString(),
                  "--api-port",
                  "0",
                  "--device-port",
                  "0",
                  "--metrics-port",
                  "0")
              .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()));
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

  private Path log() {
    return folder.resolve("server.txt");
  }

  private Packaged.Out command(final String... words) throws Exception {
    return Packaged.run(folder, 60, words);
  }

  @Test
  void the_guide_is_true_a_restart_keeps_all_and_an_erased_user_has_no_password_any_more()
      throws Exception {
    Files.createSymbolicLink(folder.resolve("reveille"), Packaged.launcher());
    try (var guide = new PlayedGuide("domains-and-passwords.md", folder)) {
      assertEquals(SERVE, guide.playToServer());
      try (var _ = new Started()) {
        assertEquals(SERVE, guide.playToServer());
      }
      assertNoFileShowsIt();
      try (var _ = new Started()) {
        guide.play();
        final var data = folder.resolve("data").toString();
        assertEquals(0, command("users", "remove", "anna", "--data", data).exit());
        assertEquals(0, command("users", "add", "anna", "--data", data).exit());
        final var gone = command("users", "password", "anna", "--show", "--data", data);
        assertEquals(1, gone.exit(), gone::text);
        assertTrue(gone.text().contains("password of user anna"), gone::text);
        final var audit = command("settings", "audit", "--data", data);
        assertEquals(2, audit.text().split("keep password of user anna", -1).length - 1);
        assertFalse(audit.text().contains(PASSWORD), audit::text);
      }
    }
    assertNoFileShowsIt();
  }

  /// Neither the log nor a file of the data directory has the password, its hash or a digest.
  private void assertNoFileShowsIt() throws Exception {
    final List<Path> files;
    try (var all = Files.walk(folder.resolve("data"))) {
      files = all.filter(Files::isRegularFile).toList();
    }
    assertTrue(contains(folder.resolve("data/reveille.db"), "mail.example.org"), "it is read");
    for (final var shown : List.of(PASSWORD, "argon2id", ha1("MD5"), ha1("SHA-256"))) {
      assertFalse(contains(log(), shown), shown);
      for (final var file : files) {
        assertFalse(contains(file, shown), () -> file + " has " + shown);
      }
    }
  }

  private static boolean contains(final Path file, final String text) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
  }

  private static String ha1(final String algorithm) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance(algorithm)
                .digest(("anna:example.org:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
  }
}
