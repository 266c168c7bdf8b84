package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.apple.SigningKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a user runs, as a user runs it.
final class PackagedStory {
  @TempDir private Path folder;

  // C2-02: what wakes the iPhones arrives at Apple's service, what wakes the Android phone at
  // Google's; the demonstration looks there, for every kind of phone in every state.
  @Test
  void the_demonstration_holds_every_row_and_every_scene() throws Exception {
    final var out = run(300, "demo", "--exit");
    assertEquals(0, out.exit, out.text);
    assertTrue(out.text.contains("Every row and every scene went as expected"), out.text);
    for (final var system : List.of("iOS 12", "iOS 18", "Android")) {
      final long rows =
          out.text.lines().filter(line -> line.contains(system) && line.endsWith(" ok")).count();
      assertEquals(9, rows, out.text);
    }
    assertFalse(out.text.contains("FAILED"), out.text);
  }

  // The short form of the crash campaign: the long one is `./reveille bench crash`.
  @Test
  void nothing_accepted_is_lost_and_nothing_rings_twice_when_the_server_is_killed()
      throws Exception {
    final var kills = Boolean.getBoolean("reveille.long") ? "100" : "6";
    final var report = bench(420, "crash", "--kills", kills);
    assertTrue(report.at("/figures/events accepted/median").asInt() > 50, report::toString);
  }

  // The test of the tests: a server that breaks one promise, and which questions of the crash
  // campaign's verdict see it. The bench compares each row with its table; here the rows are named,
  // so that none can fall out of it.
  @Test
  void each_break_of_a_promise_is_seen_by_the_verdict_that_asks_for_it_and_by_no_other()
      throws Exception {
    final var report = bench(300, "breaks", "--seed", "4711");
    for (final var name :
        List.of(
            "none",
            "ring-twice",
            "ring-after-end",
            "event-lost",
            "event-twice",
            "answer-before-commit",
            "other-uuid",
            "content-in-log",
            "trail-missing")) {
      final var strikes = report.at("/figures/" + name + ": strikes/median");
      assertEquals(!name.equals("none"), strikes.asInt() > 0, () -> name + " in " + report);
    }
    assertEquals(9, report.get("goals").size(), report::toString);
  }

  // The short form of the outage: the long one is `./reveille bench outage`.
  @Test
  void what_waited_for_a_push_service_comes_once_by_lane_and_never_rings_late() throws Exception {
    final var report = bench(300, "outage", "--n", "3000");
    assertTrue(
        report.at("/figures/waiting when the service came back/median").asInt() >= 3_000,
        report::toString);
  }

  // The short forms of the benches with held phones. With so few the figures say nothing: what
  // counts is that every phone was held and answered, here and at the peers.
  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES) // three benches of five minutes at most
  void held_phones_are_counted_told_and_let_in_again_beside_the_peers() throws Exception {
    final var hold = measured(300, "hold", "--n", "200", "--transport", "tls");
    assertTrue(
        hold.at("/figures/reveille, poll, TLS 1.3: live heap/median").asDouble() > 0,
        hold::toString);
    final var broadcast =
        measured(300, "broadcast", "--n", "60", "--runs", "1", "--transport", "plain");
    for (final var figure :
        List.of(
            "/figures/reveille, websocket, plain: first to last/median",
            "/peers/nchan, poll, plain: first to last/median")) {
      assertTrue(broadcast.at(figure).asDouble() > 0, broadcast::toString);
    }
    final var reconnect =
        measured(300, "reconnect", "--n", "40", "--runs", "1", "--transport", "tls");
    for (final var figure :
        List.of(
            "/figures/reveille, poll, TLS 1.3, resumed: accepts/median",
            "/peers/netty, poll, TLS 1.3, resumed: accepts/median")) {
      assertTrue(reconnect.at(figure).asDouble() > 0, reconnect::toString);
    }
  }

  /// What it measured; each of its goals is met.
  private JsonNode bench(final long seconds, final String... arguments) throws Exception {
    final var report = measured(seconds, arguments);
    for (final var goal : report.get("goals")) {
      assertTrue(goal.get("met").asBoolean(), report::toString);
    }
    return report;
  }

  private JsonNode measured(final long seconds, final String... arguments) throws Exception {
    final var command = new ArrayList<>(List.of("bench"));
    command.addAll(List.of(arguments));
    command.add("--json");
    final var out = run(seconds, command.toArray(String[]::new));
    assertEquals(0, out.exit, out.text);
    final var report = new ObjectMapper().readTree(out.text);
    assertFalse(report.get("goals").isEmpty());
    return report;
  }

  @Test
  void a_server_that_is_asked_to_end_says_so_in_its_log() throws Exception {
    try (var theatre = new Theatre()) {
      final var log = theatre.stop();
      assertTrue(log.contains("going down, draining"), log);
    }
  }

  @Test
  void help_and_reasons_need_nothing_and_are_no_mistake() throws Exception {
    for (final var words :
        List.of(
            List.of("bench", "--help"),
            List.of("bench", "dispatch", "--help"),
            List.of("simulate", "apple", "--help"),
            List.of("reasons", "RV-104"))) {
      final var out = run(60, words.toArray(String[]::new));
      assertEquals(0, out.exit, () -> words + ": " + out.text);
      assertFalse(out.text.isEmpty(), words::toString);
    }
  }

  // This server may speak to 127.0.0.1 beside Google and Apple, and to nobody else.
  @Test
  void credentials_that_name_another_machine_are_refused_with_the_setting_that_allows_it()
      throws Exception {
    try (var theatre = new Theatre()) {
      final var key = SigningKey.make("TEAM123456", "KEY1234567");
      final var answer =
          theatre.send(
              "PUT",
              "/v1/apps/" + Theatre.APP + "/credentials/apns",
              Map.of(
                  "team", key.team(),
                  "keyId", key.keyId(),
                  "key", key.pem(),
                  "endpoint", "https://169.254.169.254"));
      assertEquals(400, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("RV-222"), answer.body());
      assertTrue(answer.body().contains("push.allowed-hosts"), answer.body());
      assertTrue(answer.body().contains("serve --push-host"), answer.body());
    }
  }

  private record Out(int exit, String text) {}

  private Out run(final long seconds, final String... arguments) throws Exception {
    final var command = new ArrayList<>(List.of(Theatre.launcher().toString()));
    command.addAll(List.of(arguments));
    final var file = folder.resolve("out.txt");
    final var builder =
        new ProcessBuilder(command)
            .redirectOutput(file.toFile())
            .redirectError(folder.resolve("err.txt").toFile());
    builder.environment().put("REVEILLE_BUILD", "never");
    final var process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError(
          String.join(" ", arguments) + " did not end: " + Files.readString(file));
    }
    return new Out(
        process.exitValue(),
        Files.readString(file)
            + (process.exitValue() == 0 ? "" : Files.readString(folder.resolve("err.txt"))));
  }
}
