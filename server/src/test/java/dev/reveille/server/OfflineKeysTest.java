package dev.reveille.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.protocols.rest.ApiKeys;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.storage.sqlite.SqliteStore;
import dev.reveille.storage.sqlite.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way back in when every key of a server is lost.
class OfflineKeysTest {
  @TempDir private Path folder = Path.of("");
  private Path data = folder;

  private record Ran(int exit, String out, String err) {}

  @BeforeEach
  void a_store_whose_client_json_is_lost() {
    data = folder.resolve("data");
    try (var store = store()) {
      store.registry().keepOrganisation(Bootstrap.FIRST, "test");
      final var _ =
          ApiKeys.make(
              store.secrets(),
              Bootstrap.FIRST,
              Set.of(Right.MANAGE),
              "lost",
              InstantSource.system().instant(),
              "test");
    }
  }

  private SqliteStore store() {
    return SqliteStore.open(data, StoreSettings.defaults(), InstantSource.system());
  }

  private Ran run(final String... arguments) {
    final var out = new StringWriter();
    final var err = new StringWriter();
    final int exit = OfflineKeys.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  private Set<Right> rights(final String secret) {
    try (var store = store()) {
      return store.secrets().apiKey(ApiKeys.hash(secret)).orElseThrow().rights();
    }
  }

  private JsonNode client() throws IOException {
    return new ObjectMapper().readTree(data.resolve("client.json").toFile());
  }

  @Test
  void a_key_is_made_printed_and_written_into_client_json() throws IOException {
    final var ran = run("add", "--data", data.toString(), "--offline");

    assertEquals(0, ran.exit, ran.err);
    final var secret = ran.out.strip();
    assertTrue(secret.matches("rk_\\w{43}"), secret);
    assertEquals(EnumSet.allOf(Right.class), rights(secret));
    assertEquals(secret, client().path("key").asText());
    assertEquals("https://127.0.0.1:8443", client().path("server").asText());
    assertTrue(client().path("ca").asText().endsWith("tls/ca.pem"));
  }

  @Test
  void what_client_json_says_of_the_server_stays() throws IOException {
    Files.writeString(
        data.resolve("client.json"),
        "\uFEFF{\"server\":\"https://push.example.org\",\"devices\":\"https://d\",\"ca\":\"c\",\"key\":\"\"}");

    final var ran = run("add", "--data", data.toString(), "--offline", "--right", "send", "--json");

    assertEquals(0, ran.exit, ran.err);
    final var made = new ObjectMapper().readTree(ran.out);
    assertEquals("[\"send\"]", made.path("rights").toString());
    assertEquals(Set.of(Right.SEND), rights(made.path("secret").asText()));
    assertEquals(made.path("secret"), client().path("key"));
    assertEquals("https://push.example.org", client().path("server").asText());
    assertEquals("https://d", client().path("devices").asText());
    assertEquals("c", client().path("ca").asText());
  }

  @Test
  void while_a_server_runs_nothing_is_made() throws IOException {
    try (var _ = store()) {
      final var ran = run("add", "--data", data.toString(), "--offline");
      assertEquals(69, ran.exit);
      assertTrue(ran.err.contains("is in use by another server"), ran.err);
      assertTrue(ran.err.contains("Stop that server"), ran.err);
    }
    assertFalse(Files.exists(data.resolve("client.json")));
  }

  @Test
  void a_folder_that_is_no_data_directory_is_left_alone() {
    final var ran = run("add", "--data", folder.resolve("dtaa").toString(), "--offline");
    assertEquals(69, ran.exit);
    assertTrue(ran.err.contains("there is no store in "), ran.err);
    assertFalse(Files.exists(folder.resolve("dtaa")));
  }

  @Test
  void a_right_that_does_not_exist_is_named() {
    final var ran = run("add", "--data", data.toString(), "--offline", "--right", "rule");
    assertEquals(2, ran.exit);
    assertTrue(ran.err.contains("rule"), ran.err);
  }
}
