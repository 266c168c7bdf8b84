package dev.reveille.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.bench.receiver.PushOpener;
import dev.reveille.bench.receiver.PushesOnceEach;
import dev.reveille.bench.receiver.ReceivedService;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceGoalsTest {
  private final Report report = new Report("b", 1, 1);

  private JsonNode goals() throws Exception {
    final var out = new ByteArrayOutputStream();
    report.print(new PrintStream(out, true, StandardCharsets.UTF_8), true);
    return SetupApi.JSON.readTree(out.toString(StandardCharsets.UTF_8)).get("goals");
  }

  /// Three turns in which the peer makes 1,000 pushes in a CPU-second.
  private JsonNode judged(final ReceivedService service, final double... ours) throws Exception {
    final var goals = new ServiceGoals(report, "it", ServiceGoals.of(service));
    for (final double each : ours) {
      goals.turn(each, 1_000);
    }
    goals.judge();
    return goals().get(0);
  }

  @Test
  void each_service_has_its_own_goal() throws Exception {
    for (final var service : ReceivedService.values()) {
      final double goal = 1_000 * ServiceGoals.of(service).goal();
      final var test = new ServiceGoalsTest();
      assertEquals("met", test.judged(service, goal + 1, 1, goal + 2).get("verdict").asText());
      final var other = new ServiceGoalsTest();
      assertEquals(
          "missed", other.judged(service, goal - 1, 9_999, goal - 2).get("verdict").asText());
    }
    assertEquals(0.85, ServiceGoals.of(ReceivedService.FCM).goal());
    assertEquals(0.45, ServiceGoals.of(ReceivedService.WNS).goal());
    assertEquals(0.6, ServiceGoals.of(ReceivedService.WEBPUSH).goal());
    assertEquals(0.8, ServiceGoals.of(ReceivedService.WEBPUSH).stretch());
  }

  @Test
  void the_ratio_is_that_of_neighbouring_turns() throws Exception {
    final var goals = new ServiceGoals(report, "it", ServiceGoals.of(ReceivedService.FCM));
    goals.turn(900, 1_000);
    goals.turn(450, 500); // the machine did something beside
    goals.turn(90, 100);
    goals.judge();
    assertEquals(0.9, goals().get(0).get("value").asDouble());
  }

  @Test
  void one_push_that_did_not_come_is_a_missed_goal_however_good_the_ratio_is(
      @TempDir final Path folder) throws Exception {
    final var nothing = Files.createFile(folder.resolve("pushes"));
    final var goals = new ServiceGoals(report, "it", ServiceGoals.of(ReceivedService.FCM));
    goals.turn(2_000, 1_000);
    goals.came(
        PushesOnceEach.of(
            new PushesOnceEach.HandedIn("run", 1, _ -> "t", "title", _ -> "text"),
            nothing,
            PushOpener.FCM));
    goals.judge();
    final var fault = goals().get(1);
    assertTrue(fault.get("name").asText().startsWith("it, pushes not once"), fault::toString);
    assertEquals("missed", fault.get("verdict").asText());
  }

  @Test
  void turns_that_the_server_would_hold_up_are_refused() throws Exception {
    FcmPace.check(ReceivedService.WNS, FcmPace.MOST + 1);
    FcmPace.check(ReceivedService.FCM, FcmPace.MOST);
    assertThrows(IOException.class, () -> FcmPace.check(ReceivedService.FCM, FcmPace.MOST + 1));
  }
}
