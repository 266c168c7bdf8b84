package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Namespaces with host names, and the option with which each command about a hub names one.
class HubNamespacesCommandTest {
  private static final String ONE =
      "{'name':'chat-hubs','host':'hubs.example.org','organisation':'acme','hubs':2,"
          + "'madeAt':'2026-03-01T12:00:00Z'}";
  private static final String HUB =
      "{'name':'phones','namespace':'chat-hubs','app':'hub.chat-hubs.phones','sandbox':false,"
          + "'madeAt':'2026-03-01T12:00:00Z','registrations':0,'policies':[]}";
  private static final String POLICY =
      "{'name':'backend','rights':['send'],'connectionString':'one','secondaryConnectionString':"
          + "'two'}";
  private static final String IN = "?namespace=chat-hubs";

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

  private void assertAsked(final String what, final String body) {
    assertEquals(what, server.lastAsked().what());
    assertEquals(Json.read(body.replace('\'', '"')), server.lastAsked().body());
  }

  @Test
  void they_are_made_listed_shown_and_removed() {
    server.on("POST /v1/namespaces", 201, ONE);
    assertEquals(
        """
        chat-hubs
          host         hubs.example.org
          of           acme
          hubs         2
          made         2026-03-01T12:00:00Z
        """,
        out("hubs", "namespaces", "add", "chat-hubs", "--host", "hubs.example.org"));
    assertAsked("POST /v1/namespaces", "{'name':'chat-hubs','host':'hubs.example.org'}");
    out("hubs", "namespaces", "add", "chat-hubs", "--host", "h.org", "--organisation", "acme");
    assertAsked("POST /v1/namespaces", "{'name':'chat-hubs','host':'h.org','organisation':'acme'}");
    server.on("GET /v1/namespaces", 200, "{'namespaces':[" + ONE + "]}");
    assertEquals(
        """
        NAMESPACE  HOST              ORGANISATION  HUBS
        chat-hubs  hubs.example.org  acme          2
        """,
        out("hubs", "namespaces"));
    server.on("GET /v1/namespaces/chat-hubs", 200, ONE);
    assertTrue(out("hubs", "namespaces", "show", "chat-hubs").contains("hubs.example.org"));
    final var path = "DELETE /v1/namespaces/chat-hubs";
    server.on(path, 204, "");
    assertEquals("chat-hubs is removed.\n", out("hubs", "namespaces", "remove", "chat-hubs"));
    server.on(path + "?hubs=remove", 204, "");
    out("hubs", "namespaces", "remove", "chat-hubs", "--hubs");
    assertAsked(path + "?hubs=remove", "{}");
    server.on(path + "?hubs=remove&registrations=remove", 204, "");
    out("hubs", "namespaces", "remove", "chat-hubs", "--hubs", "--registrations");
    assertAsked(path + "?hubs=remove&registrations=remove", "{}");
    assertEquals(2, server.run("hubs", "namespaces", "add", "chat-hubs").exitCode(), "no host");
  }

  @Test
  void each_command_about_a_hub_says_in_which_namespace_it_is(@TempDir final Path folder)
      throws IOException {
    server.on("POST /v1/hubs", 201, HUB);
    out("hubs", "add", "phones", "--namespace", "chat-hubs");
    assertAsked("POST /v1/hubs", "{'name':'phones','sandbox':false,'namespace':'chat-hubs'}");
    server.on("GET /v1/hubs/phones" + IN, 200, HUB);
    assertTrue(out("hubs", "show", "phones", "--namespace", "chat-hubs").contains("chat-hubs"));
    server.on("PATCH /v1/hubs/phones" + IN, 200, HUB);
    out("hubs", "set", "phones", "--sandbox", "true", "--namespace", "chat-hubs");
    assertAsked("PATCH /v1/hubs/phones" + IN, "{'sandbox':true}");
    final var policy = "/v1/hubs/phones/policies/backend";
    server.on("PUT " + policy + IN, 201, POLICY);
    out("hubs", "policy", "phones", "backend", "--rights", "send", "--namespace", "chat-hubs");
    assertAsked("PUT " + policy + IN, "{'rights':['send']}");
    server.on("DELETE " + policy + IN, 204, "");
    out("hubs", "policy", "phones", "backend", "--remove", "--namespace", "chat-hubs");
    server.on("POST " + policy + "/rekey" + IN, 200, POLICY);
    out("hubs", "rekey", "phones", "backend", "primary", "--namespace", "chat-hubs");
    assertAsked("POST " + policy + "/rekey" + IN, "{'key':'primary'}");
    server.on("DELETE /v1/hubs/phones" + IN + "&registrations=remove", 204, "");
    out("hubs", "remove", "phones", "--registrations", "--namespace", "chat-hubs");
    server.on("GET /v1/apps/hub.chat-hubs.phones", 200, "{}");
    server.on("PUT /v1/apps/hub.chat-hubs.phones/credentials/fcm", 200, "{}");
    final var account = Files.writeString(folder.resolve("account.json"), "{}");
    out(
        "hubs",
        "credentials",
        "phones",
        "fcm",
        "--service-account",
        account.toString(),
        "--namespace",
        "chat-hubs");
  }
}
