package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Schedules of synthetic tests on the command line.
class ScheduleCommandTest {
  private static final String SCHEDULES = "/v1/settings/test-schedules";
  private static final String PUSH =
      "{'collection':'test-schedules','identity':'push','version':3,'values':{'test':['push']},"
          + "'effective':{'test':'push','cron':'0 3 1 * *','last-run':'2027-03-01T03:00:01Z',"
          + "'last-result':'Failure','last-words':'edge: it is away'}}";

  @AutoClose private final StubServer server = new StubServer();

  private void asked(final String what, final String body) {
    assertEquals(what, server.lastAsked().what());
    assertEquals(Json.read(body.replace('\'', '"')), server.lastAsked().body());
  }

  @Test
  void a_test_is_scheduled_monthly_or_by_cron() {
    server.on("PUT " + SCHEDULES + "/push", 201, PUSH);
    server.on("PUT " + SCHEDULES + "/nightly", 201, PUSH);
    server.on("PUT " + SCHEDULES + "/edge", 201, PUSH);
    server.out("test", "schedule", "add", "push", "--monthly", "--platform");
    asked(
        "PUT " + SCHEDULES + "/push",
        "{'values':{'test':'push','cron':'0 3 1 * *','platform':'true'}}");
    server.out(
        "test",
        "schedule",
        "add",
        "federation",
        "--domain",
        "push.example",
        "--cron",
        "30 4 * * *",
        "--name",
        "nightly");
    asked(
        "PUT " + SCHEDULES + "/nightly",
        "{'values':{'test':'federation','cron':'30 4 * * *','domain':'push.example'}}");
    server.out(
        "test",
        "schedule",
        "add",
        "edge",
        "--user",
        "anna@example.org",
        "--password-file",
        "/etc/anna");
    asked(
        "PUT " + SCHEDULES + "/edge",
        "{'values':{'test':'edge','cron':'0 3 1 * *','user':'sip:anna@example.org',"
            + "'password-file':'/etc/anna'}}");
    final var both =
        server.run("test", "schedule", "add", "push", "--monthly", "--cron", "1 1 1 1 1");
    assertEquals(2, both.exitCode());
  }

  @Test
  void schedules_are_listed_with_their_last_run_and_removed() {
    server.on("GET " + SCHEDULES, 200, "{'settings':[" + PUSH + "]}");
    server.on("DELETE " + SCHEDULES + "/push", 204, "");
    final var list = server.out("test", "schedule", "list");
    assertTrue(list.contains("push  push  0 3 1 * *"), list);
    assertTrue(list.contains("2027-03-01T03:00:01Z  Failure  edge: it is away"), list);
    assertEquals(list, server.out("test", "schedule"));
    assertEquals(
        "push is no longer scheduled.\n", server.out("test", "schedule", "remove", "push"));
  }
}
