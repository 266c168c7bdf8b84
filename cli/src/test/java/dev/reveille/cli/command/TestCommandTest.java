package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Synthetic tests on the command line.
class TestCommandTest {
  private static final String EDGE = "POST /v1/tests/edge";
  private static final String GOOD =
      "{'targetFqdn':'pool.example.org','result':'Success','latency':'PT0.012S','error':'',"
          + "'diagnosis':'','steps':[{'step':'credentials','state':'ok','meaning':'signs in'}]}";
  private static final String BAD =
      "{'targetFqdn':'pool.example.org','result':'Failure','latency':'PT0.012S',"
          + "'error':'401 Unauthorized','diagnosis':'The password is wrong.','code':2042,"
          + "'source':'pool.example.org','remedy':'set it',"
          + "'steps':[{'step':'credentials','state':'failed','meaning':'signs in',"
          + "'found':'The password is wrong.'}]}";

  @AutoClose private final StubServer server = new StubServer();

  private void asked(final String body) {
    assertEquals(EDGE, server.lastAsked().what());
    assertEquals(Json.read(body.replace('\'', '"')), server.lastAsked().body());
  }

  @Test
  void the_edge_test_takes_the_password_from_a_file_or_a_pipe_and_never_prints_it(
      @TempDir final Path folder) throws IOException {
    server.on(EDGE, 200, GOOD);
    Files.writeString(folder.resolve("secret"), "correct horse\n");
    final var ran =
        server.run(
            folder,
            "test",
            "edge",
            "--user",
            "sip:anna@example.org",
            "--password-file",
            "secret",
            "--pool",
            "pool.example.org",
            "--algorithm",
            "MD5");
    assertEquals(0, ran.exitCode(), ran.err());
    asked(
        "{'user':'sip:anna@example.org','password':'correct horse','pool':'pool.example.org',"
            + "'algorithm':'MD5'}");
    assertTrue(ran.out().startsWith("TargetFqdn : pool.example.org\nResult     : Success\n"));
    assertFalse((ran.out() + ran.err()).contains("horse"));
    final var piped = server.runWith(" horse\n", "test", "edge", "--user", "anna@example.org");
    assertEquals(0, piped.exitCode(), piped.err());
    asked("{'user':'anna@example.org','password':' horse'}");
  }

  @Test
  void the_push_test_asks_for_the_platforms_where_it_is_said() {
    server.on("POST /v1/tests/push", 200, GOOD);
    assertEquals(0, server.run("test", "push").exitCode());
    assertEquals(Json.read("{}"), server.lastAsked().body());
    assertEquals(0, server.run("test", "push", "--platform").exitCode());
    assertEquals(Json.read("{\"platform\":true}"), server.lastAsked().body());
  }

  @Test
  void the_password_is_no_argument_and_has_to_be_there() {
    assertEquals(
        2,
        server.run("test", "edge", "--user", "anna@example.org", "--password", "horse").exitCode());
    final var none = server.run("test", "edge", "--user", "anna@example.org");
    assertEquals(2, none.exitCode());
    assertTrue(none.err().contains("--password-file"), none.err());
    assertEquals(2, server.run("test", "edge").exitCode());
    assertEquals(0, server.asked().size());
  }

  @Test
  void a_failure_names_the_step_and_the_remedy_and_exits_with_one() {
    server.on(EDGE, 200, BAD);
    final var ran = server.runWith("horse", "test", "edge", "--user", "anna@example.org");
    assertEquals(1, ran.exitCode());
    assertTrue(
        ran.out()
            .endsWith(
                """
                STEP         STATE
                credentials  failed  The password is wrong.

                Found by pool.example.org (2042). Remedy: set it
                """),
        ran.out());
  }
}
