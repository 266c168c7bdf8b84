package dev.reveille.cli.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.cli.terminal.CommandEnvironment;
import dev.reveille.cli.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTargetTest {
  private static final ServerTarget.Said NOTHING = new ServerTarget.Said("", "", "", "", "");

  @TempDir Path folder;

  @Test
  void without_anything_it_is_the_usual_port_of_this_machine() {
    final ServerTarget target = find(NOTHING, Map.of());
    assertEquals(URI.create("https://127.0.0.1:8443"), target.server());
    assertEquals("", target.key());
  }

  @Test
  void the_profile_in_the_usual_data_directory_is_found() throws IOException {
    profileIn("data");
    final ServerTarget target = find(NOTHING, Map.of());
    assertEquals(URI.create("https://127.0.0.1:5000"), target.server());
    assertEquals(URI.create("https://127.0.0.1:5001"), target.devicesAddress());
    assertEquals("rk_profile", target.key());
    assertEquals(folder.resolve("data/tls/ca.pem").toString(), target.ca());
  }

  @Test
  void a_data_directory_is_named_by_option_or_environment() throws IOException {
    profileIn("other");
    assertEquals(
        "rk_profile", find(new ServerTarget.Said("", "", "", "", "other"), Map.of()).key());
    assertEquals("rk_profile", find(NOTHING, Map.of("REVEILLE_DATA", "other")).key());
  }

  @Test
  void a_named_data_directory_without_a_profile_is_missing() {
    final var failure =
        assertThrows(
            Failure.class, () -> find(new ServerTarget.Said("", "", "", "", "empty"), Map.of()));
    assertEquals(Failure.MISSING, failure.exitCode());
  }

  @Test
  void a_damaged_profile_is_named() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/client.json"), "{");
    final var failure = assertThrows(Failure.class, () -> find(NOTHING, Map.of()));
    assertEquals(Failure.MISSING, failure.exitCode());
  }

  @Test
  void option_beats_environment_beats_profile() throws IOException {
    profileIn("data");
    final var environment =
        Map.of(
            "REVEILLE_SERVER", "https://env:1", "REVEILLE_KEY", "rk_env", "REVEILLE_CA", "env.pem");
    final ServerTarget byEnvironment = find(NOTHING, environment);
    assertEquals(URI.create("https://env:1"), byEnvironment.server());
    assertEquals("rk_env", byEnvironment.key());
    assertEquals(folder.resolve("env.pem").toString(), byEnvironment.ca());
    final ServerTarget byOption =
        find(new ServerTarget.Said("https://option:2/", "", "rk_option", "", ""), environment);
    assertEquals(URI.create("https://option:2"), byOption.server());
    assertEquals("rk_option", byOption.key());
  }

  @Test
  void the_key_of_a_profile_is_never_sent_to_another_server() throws IOException {
    profileIn("data");
    final ServerTarget target =
        find(new ServerTarget.Said("https://other.example:8443", "", "", "", ""), Map.of());
    assertEquals("", target.key());
    assertEquals("", target.ca());
  }

  @Test
  void plain_http_is_for_this_machine_only() {
    assertEquals(
        "http",
        find(new ServerTarget.Said("http://127.0.0.1:1", "", "", "", ""), Map.of())
            .server()
            .getScheme());
    final var failure =
        assertThrows(
            Failure.class,
            () -> find(new ServerTarget.Said("http://192.0.2.1:1", "", "", "", ""), Map.of()));
    assertEquals(Failure.MISUSE, failure.exitCode());
  }

  @Test
  void the_address_for_devices_must_be_known_before_it_is_used() {
    final var failure = assertThrows(Failure.class, () -> find(NOTHING, Map.of()).devicesAddress());
    assertEquals(Failure.MISSING, failure.exitCode());
  }

  @Test
  void the_key_does_not_show_in_messages() {
    assertFalse(
        find(new ServerTarget.Said("", "", "rk_secret", "", ""), Map.of())
            .toString()
            .contains("rk_"));
  }

  private void profileIn(final String directory) throws IOException {
    final Path data = Files.createDirectories(folder.resolve(directory));
    Files.writeString(
        data.resolve("client.json"),
        """
        {"server":"https://127.0.0.1:5000","devices":"https://127.0.0.1:5001",
         "ca":"tls/ca.pem","key":"rk_profile"}\
        """);
  }

  private ServerTarget find(final ServerTarget.Said said, final Map<String, String> environment) {
    return ServerTarget.find(
        said,
        new CommandEnvironment(
            InputStream.nullInputStream(),
            new PrintWriter(Writer.nullWriter()),
            new PrintWriter(Writer.nullWriter()),
            environment,
            folder,
            "",
            false));
  }

  @Test
  void a_profile_that_may_not_be_looked_at_is_not_said_to_be_missing() throws IOException {
    // root may look into every folder; a name that is too long fails for all in the same way
    final var failure =
        assertThrows(
            Failure.class,
            () -> find(new ServerTarget.Said("", "", "", "", "x".repeat(300)), Map.of()));
    assertEquals(
        "The file " + folder.resolve("x".repeat(300)) + "/client.json cannot be read.",
        failure.getMessage());
  }
}
