package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.terminal.Failure;
import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Notification hubs: what is asked, and that connection strings come out as they came in.
class HubsCommandTest {
  private static final String STRING =
      "Endpoint=sb://127.0.0.1:8443/;SharedAccessKeyName=%s;SharedAccessKey=%s";
  private static final String POLICY =
      "{'name':'backend','rights':['listen','send'],'connectionString':'"
          + STRING.formatted("backend", "a+/b=")
          + "','secondaryConnectionString':'"
          + STRING.formatted("backend", "c+/d=")
          + "'}";
  private static final String HUB =
      "{'name':'phones','namespace':'default','app':'hub.default.phones','sandbox':true,"
          + "'madeAt':'2026-03-01T12:00:00Z','registrations':2,'policies':["
          + POLICY
          + ",{'name':'listener','rights':['listen'],'connectionString':'"
          + STRING.formatted("listener", "e+/f=")
          + "'}]}";

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String out(final String... line) {
    final var ran = server.run(line);
    assertEquals(0, ran.exitCode(), ran.err());
    return ran.out();
  }

  private void assertBody(final String expected) {
    assertEquals(Json.read(expected.replace('\'', '"')), server.lastAsked().body());
  }

  @Test
  void one_is_made_and_its_connection_strings_are_printed_behind_their_policies() {
    server.on("POST /v1/hubs", 201, HUB);
    assertEquals(
        """
        backend Endpoint=sb://127.0.0.1:8443/;SharedAccessKeyName=backend;SharedAccessKey=a+/b=
        listener Endpoint=sb://127.0.0.1:8443/;SharedAccessKeyName=listener;SharedAccessKey=e+/f=
        """,
        out("hubs", "add", "phones"));
    assertBody("{'name':'phones','sandbox':false}");
    out("hubs", "add", "phones", "--sandbox");
    assertBody("{'name':'phones','sandbox':true}");
  }

  @Test
  void all_are_listed_without_keys() {
    server.on("GET /v1/hubs", 200, "{'hubs':[" + HUB + "]}");
    assertEquals(
        """
        HUB     NAMESPACE  APPLE TOKENS  APP                 POLICIES
        phones  default    sandbox       hub.default.phones  backend listener
        """,
        out("hubs"));
    server.replace("GET /v1/hubs", 200, "{'hubs':[]}");
    assertEquals("No hubs yet: reveille hubs add NAME\n", out("hubs", "list"));
  }

  @Test
  void one_is_shown_with_its_policies() {
    server.on("GET /v1/hubs/phones", 200, HUB);
    assertEquals(
        """
        phones
          made         2026-03-01T12:00:00Z
          tokens       Apple's sandbox
          app          hub.default.phones
          registered   2
        backend
          rights       listen send
          primary      Endpoint=sb://127.0.0.1:8443/;SharedAccessKeyName=backend;SharedAccessKey=a+/b=
          secondary    Endpoint=sb://127.0.0.1:8443/;SharedAccessKeyName=backend;SharedAccessKey=c+/d=
        listener
          rights       listen
          primary      Endpoint=sb://127.0.0.1:8443/;SharedAccessKeyName=listener;SharedAccessKey=e+/f=
        """,
        out("hubs", "show", "phones"));
  }

  @Test
  void the_sandbox_is_switched() {
    server.on("PATCH /v1/hubs/phones", 200, HUB);
    assertTrue(out("hubs", "set", "phones", "--sandbox", "true").contains("Apple's sandbox"));
    assertBody("{'sandbox':true}");
    out("hubs", "set", "phones", "--sandbox", "false");
    assertBody("{'sandbox':false}");
  }

  @Test
  void how_long_registrations_live_is_set() {
    server.on(
        "PATCH /v1/hubs/phones",
        200,
        HUB.replace("'sandbox'", "'registrationTtl':'PT2160H','sandbox'"));
    assertTrue(
        out("hubs", "set", "phones", "--registration-ttl", "90d")
            .contains("lives        PT2160H unless it is registered again"));
    assertBody("{'registrationTtl':'PT2160H'}");
    out("hubs", "set", "phones", "--registration-ttl", "never", "--sandbox", "true");
    assertBody("{'sandbox':true,'registrationTtl':'never'}");
  }

  @Test
  void policies_are_made_rekeyed_and_removed() {
    server
        .on("PUT /v1/hubs/phones/policies/backend", 201, POLICY)
        .on("POST /v1/hubs/phones/policies/backend/rekey", 200, POLICY)
        .on("DELETE /v1/hubs/phones/policies/backend", 204, "");

    assertTrue(
        out("hubs", "policy", "phones", "backend", "--rights", "listen,send")
            .contains(STRING.formatted("backend", "a+/b=")));
    assertBody("{'rights':['listen','send']}");
    assertEquals(
        STRING.formatted("backend", "a+/b=") + "\n",
        out("hubs", "rekey", "phones", "backend", "primary"));
    assertBody("{'key':'primary'}");
    assertEquals(
        STRING.formatted("backend", "c+/d=") + "\n",
        out("hubs", "rekey", "phones", "backend", "secondary"));
    assertBody("{'key':'secondary'}");
    assertEquals("backend is removed.\n", out("hubs", "policy", "phones", "backend", "--remove"));
    final int asked = server.asked().size();
    for (final var line :
        List.of(
            new String[] {"hubs", "policy", "phones", "backend"},
            new String[] {"hubs", "policy", "phones", "backend", "--remove", "--rights", "send"})) {
      assertEquals(Failure.MISUSE, server.run(line).exitCode());
    }
    assertEquals(asked, server.asked().size());
  }

  @Test
  void one_is_removed_with_its_registrations_only_when_they_are_named() {
    server.on("DELETE /v1/hubs/phones", 409, "{'title':'T.','code':'RV-113','status':409}");
    assertEquals(Failure.NO, server.run("hubs", "remove", "phones").exitCode());
    assertEquals("DELETE /v1/hubs/phones", server.lastAsked().what());
    server.on("DELETE /v1/hubs/phones?registrations=remove", 204, "");
    assertEquals("phones is removed.\n", out("hubs", "remove", "phones", "--registrations"));
  }

  @Test
  void credentials_go_to_the_hubs_app(@TempDir final Path folder) throws IOException {
    Files.writeString(folder.resolve("key.p8"), "PRIVATE KEY");
    server
        .on("GET /v1/hubs/phones", 200, HUB)
        .on(
            "GET /v1/apps/hub.default.phones",
            200,
            "{'id':'hub.default.phones','name':'hub phones','pushlessGenerations':['old'],"
                + "'credentials':['apns']}")
        .on("PUT /v1/apps/hub.default.phones", 200, "{}")
        .on("PUT /v1/apps/hub.default.phones/credentials/apns", 204, "");
    final var ran =
        server.run(
            folder,
            "hubs",
            "credentials",
            "phones",
            "apns",
            "--bundle-id",
            "com.example.phone",
            "--team",
            "ABCDE12345",
            "--key-id",
            "KEY1234567",
            "--key",
            "key.p8");
    assertEquals(0, ran.exitCode(), ran.err());
    assertTrue(ran.out().startsWith("hub.default.phones\n"), ran.out());
    assertEquals(
        List.of(
            "GET /v1/hubs/phones",
            "GET /v1/apps/hub.default.phones",
            "PUT /v1/apps/hub.default.phones",
            "PUT /v1/apps/hub.default.phones/credentials/apns",
            "GET /v1/apps/hub.default.phones"),
        server.asked().stream().map(StubServer.Asked::what).toList());
    assertEquals(
        Json.read(
            "{'name':'hub phones','bundleId':'com.example.phone','pushlessGenerations':['old']}"
                .replace('\'', '"')),
        server.asked().get(2).body());
    assertEquals("KEY1234567", server.asked().get(3).body().path("keyId").asText());
  }

  @Test
  void what_another_service_has_is_refused_before_the_server_is_asked() {
    assertRefused(
        "Credentials for fcm take no --bundle-id.",
        "hubs",
        "credentials",
        "phones",
        "fcm",
        "--bundle-id",
        "a.b");
    assertRefused(
        "Credentials for fcm take no --team.",
        "hubs",
        "credentials",
        "phones",
        "fcm",
        "--team",
        "A");
    assertRefused(
        "This version knows no credentials for \"adm\".", "hubs", "credentials", "phones", "adm");
  }

  private void assertRefused(final String sentence, final String... line) {
    final var ran = server.run(line);
    assertEquals(Failure.MISUSE, ran.exitCode());
    assertTrue(ran.err().contains(sentence), ran.err());
    assertEquals(List.of(), server.asked());
  }
}
