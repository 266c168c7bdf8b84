package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that people give to commands, as editors and consoles leave them.
class InputFilesTest {
  private static final String MARK = "\uFEFF";

  @TempDir private Path folder = Path.of("");

  @AutoClose
  private final StubServer server =
      new StubServer()
          .on("GET /v1/apps/a", 200, "{'id':'a','bundleId':'b'}")
          .on("PUT /v1/apps/a/credentials/apns", 204, "")
          .on("PUT /v1/apps/a/credentials/fcm", 204, "")
          .on("PUT /v1/apps/a/statement-keys/k", 204, "")
          .on("PUT /v1/apps/a/presentation", 200, "{}")
          .on("GET /v1/keys", 200, "{'keys':[]}");

  private String file(final String name, final String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).getFileName().toString();
  }

  private JsonNode sent(final String what) {
    return server.asked().stream()
        .filter(asked -> asked.what().equals(what))
        .findFirst()
        .orElseThrow()
        .body();
  }

  private void done(final StubServer.Ran ran) {
    assertEquals(0, ran.exitCode(), ran.err());
  }

  @Test
  void a_byte_order_mark_is_no_part_of_a_key_or_of_json() throws IOException {
    final var key = file("key.p8", MARK + "the key");
    done(
        server.run(
            folder,
            "apps",
            "credentials",
            "a",
            "apns",
            "--team",
            "T",
            "--key-id",
            "K",
            "--key",
            key));
    assertEquals("the key", sent("PUT /v1/apps/a/credentials/apns").path("key").asText());

    done(
        server.run(
            folder,
            "apps",
            "credentials",
            "a",
            "fcm",
            "--service-account",
            file("s", MARK + "{}")));
    assertEquals("{}", sent("PUT /v1/apps/a/credentials/fcm").path("serviceAccount").asText());

    done(server.run(folder, "apps", "statement-key", "a", "k", file("pem", MARK + "PEM")));
    assertEquals("PEM", server.lastAsked().body().path("publicKey").asText());

    done(
        server.run(
            folder,
            "apps",
            "presentation",
            "a",
            file("p.json", MARK + "{\"defaultLocale\":\"en\"}")));
    assertEquals("en", server.lastAsked().body().path("defaultLocale").asText());
  }

  @Test
  void a_profile_may_begin_with_one_as_well() throws IOException {
    file(
        "client.json",
        MARK + "{\"server\":\"" + server.address() + "\",\"key\":\"rk_of_the_profile\"}");
    done(StubServer.run(folder, Map.of("REVEILLE_DATA", folder.toString()), "keys"));
    assertEquals("Bearer rk_of_the_profile", server.lastAsked().authorization());
  }

  @Test
  void a_field_that_is_there_twice_is_named_with_its_path() throws IOException {
    final var twice =
        file(
            "twice.json",
            "{\"styles\":{\"alert\":{\"words\":{\"en\":{\"body\":\"a\",\"body\":\"b\"}}}}}");
    final var ran = server.run(folder, "apps", "presentation", "a", twice);
    assertEquals(2, ran.exitCode(), ran.err());
    assertTrue(ran.err().contains("styles.alert.words.en.body is there twice"), ran.err());
    assertEquals(0, server.asked().size(), "nothing was sent");
  }

  @Test
  void a_file_that_is_no_json_is_refused_in_plain_words_with_the_line() throws IOException {
    final var file = file("p.json", "{\n  \"styles\": {\n");
    final var ran = server.run(folder, "apps", "presentation", "a", file);
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("line 3"), ran.err());
    for (final var word : new String[] {"REDACTED", "marker", "StreamRead"}) {
      assertTrue(!ran.err().contains(word), ran.err());
    }
  }
}
