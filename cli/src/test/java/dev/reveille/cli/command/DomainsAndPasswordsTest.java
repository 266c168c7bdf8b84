package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Domains of the organisation and users' passwords on the command line.
class DomainsAndPasswordsTest {
  private static final String DOMAIN =
      "{'domain':'example.org','netbios':'EXAMPLE','version':3,'passwordsToSetAgain':0}";
  private static final String PASSWORD =
      "{'user':'anna','since':'2026-11-29T13:00:00.123Z','domains':['example.org'],"
          + "'setAgainFor':['a.example','b.example']}";
  private static final String ANNAS = "/v1/users/anna/password";

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String out(final StubServer.Ran ran) {
    assertEquals(0, ran.exitCode(), ran.err());
    return ran.out();
  }

  private void asked(final String what, final String body) {
    assertEquals(what, server.lastAsked().what());
    assertEquals(Json.read(body.replace('\'', '"')), server.lastAsked().body());
  }

  @Test
  void domains_are_added_listed_changed_and_removed() {
    server
        .on("POST /v1/domains", 201, DOMAIN)
        .on(
            "GET /v1/domains?limit=1000",
            200,
            "{'domains':[" + DOMAIN + ",{'domain':'z.example','version':4}]}")
        .on("GET /v1/domains/example.org", 200, DOMAIN)
        .on("PUT /v1/domains/example.org", 200, DOMAIN)
        .on("DELETE /v1/domains/example.org", 204, "");
    final var words = "example.org\n  netbios      EXAMPLE\n";
    assertEquals(words, out(server.run("domains", "add", "example.org", "--netbios", "Example")));
    asked("POST /v1/domains", "{'domain':'example.org','netbios':'Example'}");
    assertEquals(words, out(server.run("domains", "show", "example.org")));
    final var table = "DOMAIN       NETBIOS\nexample.org  EXAMPLE\nz.example\n";
    assertEquals(table, out(server.run("domains")));
    assertEquals(table, out(server.run("domains", "list")));
    out(server.run("domains", "set", "example.org", "--netbios", "corp"));
    asked("PUT /v1/domains/example.org", "{'netbios':'corp'}");
    out(server.run("domains", "set", "example.org", "--no-netbios"));
    asked("PUT /v1/domains/example.org", "{}");
    assertEquals("example.org is removed.\n", out(server.run("domains", "remove", "example.org")));
    out(server.run("domains", "add", "example.org"));
    asked("POST /v1/domains", "{'domain':'example.org'}");
  }

  @Test
  void a_change_needs_a_domain_that_is_there_and_a_wish() {
    final var missing = server.run("domains", "set", "exmaple.org", "--netbios", "X");
    assertEquals(1, missing.exitCode());
    assertEquals("GET /v1/domains/exmaple.org", server.lastAsked().what());
    assertEquals(2, server.run("domains", "set", "example.org").exitCode());
    final var both = server.run("domains", "set", "example.org", "--no-netbios", "--netbios", "X");
    assertEquals(2, both.exitCode());
    assertEquals(1, server.asked().size());
  }

  @Test
  void a_domain_that_came_late_says_whose_passwords_are_to_be_set_again() {
    server.on("POST /v1/domains", 201, DOMAIN.replace("Again':0", "Again':3"));
    final var said = out(server.run("domains", "add", "example.org"));
    assertTrue(said.contains("3 set before the domain was added"), said);
  }

  @Test
  void a_password_is_piped_in_or_in_a_file_and_never_printed(@TempDir final Path folder)
      throws IOException {
    server.on("PUT " + ANNAS, 200, PASSWORD);
    final var words =
        """
        anna
          password     set at 2026-11-29T13:00:00.123Z
          digest for   example.org
          not for      a.example b.example (set it again)
        """;
    assertEquals(words, out(server.runWith(" correct horse\n", "users", "password", "anna")));
    asked("PUT " + ANNAS, "{'password':' correct horse'}");
    out(server.runWith("correct horse\r\n", "users", "password", "anna"));
    asked("PUT " + ANNAS, "{'password':'correct horse'}");
    Files.writeString(folder.resolve("secret"), "correct b\u00e4r \n");
    final var ran = server.run(folder, "users", "password", "anna", "--file", "secret");
    assertEquals(words, out(ran));
    asked("PUT " + ANNAS, "{'password':'correct b\u00e4r '}");
    assertFalse((ran.out() + ran.err()).contains("correct"));
    final var none = server.run("users", "password", "anna");
    assertEquals(2, none.exitCode());
    assertTrue(none.err().contains("There is no password of anna."), none.err());
    assertEquals(69, server.run(folder, "users", "password", "anna", "--file", "other").exitCode());
    assertEquals(2, server.run("users", "password").exitCode());
    assertEquals(2, server.run("users", "password", "anna", "correct horse").exitCode());
  }

  @Test
  void a_password_is_shown_as_a_fact_and_removed() {
    server
        .on(
            "GET " + ANNAS,
            200,
            PASSWORD.replace("'example.org'", "").replace("'a.example','b.example'", ""))
        .on("DELETE " + ANNAS, 204, "");
    assertEquals(
        "anna\n  password     set at 2026-11-29T13:00:00.123Z\n  digest for   no domain\n",
        out(server.run("users", "password", "anna", "--show")));
    assertEquals(
        "The password of anna is removed.\n",
        out(server.run("users", "password", "anna", "--remove")));
    assertEquals(2, server.run("users", "password", "anna", "--remove", "--show").exitCode());
    server.replace("GET " + ANNAS, 200, PASSWORD);
    final var json = out(server.run("users", "password", "anna", "--show", "--json"));
    assertEquals("anna", Json.read(json).path("user").asText());
  }
}
