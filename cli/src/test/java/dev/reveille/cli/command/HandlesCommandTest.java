package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Handles of a clearing house and the codes of partners on the command line.
class HandlesCommandTest {
  private static final String HANDLE = "q83vEjRWeJCrze8SNFZ4kA";
  private static final String HANDLES = "/v1/federation/handles";
  private static final String PARTNERS =
      "{'partners':[{'partner':'contoso.example','app':'mail','active':2},"
          + "{'partner':'contoso.example','app':'phone','active':3},"
          + "{'partner':'fabrikam.example','app':'phone','active':4}]}";
  private static final String ONE =
      "{'handle':'"
          + HANDLE
          + "','partner':'contoso.example','app':'phone','state':'active',"
          + "'madeAt':'2026-11-01T10:00:00Z','since':'2026-11-02T10:00:00Z','service':'apns',"
          + "'channel':'voip','sandbox':true,'registeredAt':'2026-11-03T10:00:00Z'}";

  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    server.on("GET /v1/federation/partners", 200, PARTNERS);
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

  @Test
  void without_a_word_they_are_counted() {
    assertEquals(
        """
        PARTNER           APP    ACTIVE
        contoso.example   mail   2
        contoso.example   phone  3
        fabrikam.example  phone  4
        """,
        out("federation", "handles"));
  }

  @Test
  void they_are_listed_by_partner_and_app_and_the_list_says_how_it_goes_on() {
    server.on(
        "GET " + HANDLES + "?limit=1&partner=contoso.example&app=phone",
        200,
        "{'handles':[" + ONE + "],'next':'contoso.example phone " + HANDLE + "'}");
    final var list =
        out(
            "federation",
            "handles",
            "list",
            "--partner",
            "contoso.example",
            "--app",
            "phone",
            "--limit",
            "1");
    assertTrue(list.contains(HANDLE + "  contoso.example  phone  active"), list);
    assertTrue(list.contains("--after \"contoso.example phone " + HANDLE + "\""), list);
    server.on("GET " + HANDLES + "?limit=100", 200, "{'handles':[]}");
    assertEquals("There is no such handle.\n", out("federation", "handles", "list"));
  }

  @Test
  void one_is_shown_in_words() {
    server.on("GET " + HANDLES + "/" + HANDLE, 200, ONE);
    final var shown = out("federation", "handles", "show", HANDLE);
    assertTrue(shown.contains("apns voip sandbox, since"), shown);
    assertTrue(shown.contains("active since"), shown);
  }

  @Test
  void one_is_revoked() {
    server.on("DELETE " + HANDLES + "/" + HANDLE, 204, "");
    assertEquals("Revoked " + HANDLE + ".\n", out("federation", "handles", "revoke", HANDLE));
  }

  @Test
  void all_of_a_partner_are_counted_first_and_revoked_with_yes_only() {
    server.on("DELETE " + HANDLES + "?partner=Contoso.example", 200, "{'revoked':5}");
    server.on("DELETE " + HANDLES + "?partner=contoso.example&app=phone", 200, "{'revoked':3}");
    final var asked = server.run("federation", "handles", "revoke", "--partner", "Contoso.example");
    assertEquals(2, asked.exitCode());
    assertTrue(asked.err().contains("5 active handles of Contoso.example"), asked.err());
    assertTrue(asked.err().contains("--yes"), asked.err());
    assertTrue(server.asked().stream().noneMatch(each -> each.what().startsWith("DELETE")));
    assertEquals(
        "Revoked 5 handles of Contoso.example.\n",
        out("federation", "handles", "revoke", "--partner", "Contoso.example", "--yes"));
    final var ofApp =
        server.run(
            "federation", "handles", "revoke", "--partner", "contoso.example", "--app", "phone");
    assertTrue(ofApp.err().contains("3 active handles"), ofApp.err());
    assertEquals(
        "Revoked 3 handles of contoso.example and app phone.\n",
        out(
            "federation",
            "handles",
            "revoke",
            "--partner",
            "contoso.example",
            "--app",
            "phone",
            "--yes"));
  }

  @Test
  void a_revocation_says_what_it_means() {
    for (final var wrong :
        new String[][] {
          {"federation", "handles", "revoke"},
          {"federation", "handles", "revoke", HANDLE, "--partner", "contoso.example"},
          {"federation", "handles", "revoke", HANDLE, "--app", "phone"},
        }) {
      assertEquals(2, server.run(wrong).exitCode());
    }
    assertTrue(server.asked().isEmpty());
  }

  @Test
  void a_code_is_made_listed_and_removed() {
    server.on(
        "POST /v1/federation/codes",
        201,
        "{'id':'c_1','partner':'contoso.example','uses':9,'madeAt':'2026-11-01T10:00:00Z',"
            + "'expires':'2026-12-01T10:00:00Z','code':'rp_secret'}");
    assertEquals(
        "rp_secret\n",
        out("federation", "codes", "add", "contoso.example", "--uses", "9", "--days", "7"));
    assertEquals(
        Json.read("{\"partner\":\"contoso.example\",\"uses\":9,\"days\":7}"),
        server.lastAsked().body());
    server.on(
        "GET /v1/federation/codes",
        200,
        "{'codes':[{'id':'c_1','partner':'contoso.example','uses':9,"
            + "'madeAt':'2026-11-01T10:00:00Z','expires':'2026-12-01T10:00:00Z'}]}");
    assertTrue(out("federation", "codes").contains("c_1   contoso.example  9"));
    server.on("DELETE /v1/federation/codes/contoso.example/c_1", 204, "");
    assertEquals("Removed c_1.\n", out("federation", "codes", "remove", "contoso.example", "c_1"));
  }
}
