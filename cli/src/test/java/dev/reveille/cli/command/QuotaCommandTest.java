package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `federation quota` on the command line.
class QuotaCommandTest {
  private static final String QUOTA = "/v1/federation/quota";

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

  @Test
  void a_clearing_house_shows_what_partners_used() {
    server.on("GET " + QUOTA + "/clearing-houses", 200, "{'clearingHouses':[]}");
    server.on(
        "GET " + QUOTA,
        200,
        "{'partners':[{'partner':'contoso.example','app':'phone','perMinute':600,'left':7,"
            + "'keptForCalls':2,'taken':90,'refused':4}]}");
    assertEquals(
        """
        PARTNER          APP    A MINUTE  LEFT  KEPT  TAKEN  REFUSED
        contoso.example  phone  600       7     2     90     4
        """,
        out("federation", "quota"));
  }

  @Test
  void a_home_shows_what_it_was_told_last() {
    server.on("GET " + QUOTA, 200, "{'partners':[]}");
    server.on(
        "GET " + QUOTA + "/clearing-houses",
        200,
        "{'clearingHouses':[{'domain':'push.example','app':'phone','perMinute':600,'left':0,"
            + "'keptForCalls':2,'resetSeconds':9,'refused':3,'at':'2026-11-01T10:00:00Z'}]}");
    final var shown = out("federation", "quota");
    assertTrue(shown.startsWith("No partner pushed since the start.\n\nCLEARING HOUSE"), shown);
    assertTrue(shown.contains("push.example    phone  600       0     2     3        "), shown);
    final var json = out("federation", "quota", "--json");
    assertTrue(json.contains("\"resetSeconds\""), json);
    assertTrue(json.contains("\"partners\""), json);
  }
}
