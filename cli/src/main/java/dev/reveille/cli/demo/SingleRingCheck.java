package dev.reveille.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.demo.DemoPhone.Report;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.wire.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks that an event rang exactly once at a phone, counted from what arrived there before the
/// phone folded repeats: one ringing whatever UUIDs it had, each channel told once, and no more
/// pushes than one and the repeats for which the trail gives a reason.
final class SingleRingCheck {
  private SingleRingCheck() {}

  /// @param reports of the phone since before the event was handed in
  /// @param device the phone's part of the event's trail
  /// @throws Mismatch when it rang more or less often
  static void require(
      final String user, final String event, final List<Report> reports, final JsonNode device) {
    int rang = 0;
    int pushes = 0;
    final Set<String> calls = new HashSet<>();
    final Map<String, Integer> perChannel = new HashMap<>();
    for (final var report : reports) {
      if (!report.text("event").equals(event)) {
        continue;
      }
      if (report.what().equals("rang")) {
        rang++;
      } else if (isRing(report)) {
        calls.add(report.text("call"));
        if (report.text("via").equals("push")) {
          pushes++;
        } else {
          perChannel.merge(report.text("channel") + report.text("via"), 1, Integer::sum);
        }
      }
    }
    require(rang == 1, "the phone of " + user + " rang " + rang + " times");
    require(
        calls.size() == 1,
        "the call came to the phone of " + user + " with " + calls.size() + " UUIDs");
    final int most = perChannel.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    require(most <= 1, "one channel told the phone of " + user + " of the call " + most + " times");
    final long repeats = repeats(device);
    require(
        pushes <= 1 + repeats,
        "the phone of "
            + user
            + " got the push "
            + pushes
            + " times, and the trail says why "
            + repeats
            + " times");
  }

  private static boolean isRing(final Report report) {
    return report.what().equals("arrived") && report.text("kind").equals("ring");
  }

  private static long repeats(final JsonNode device) {
    return Json.elements(device.path("tries"))
        .filter(line -> line.path("way").asText().equals("push"))
        .map(line -> line.path("outcome").asText())
        .filter(outcome -> outcome.equals("uncertain") || outcome.equals("try-again"))
        .count();
  }

  private static void require(final boolean held, final String otherwise) {
    if (!held) {
      throw new Mismatch(otherwise);
    }
  }
}
