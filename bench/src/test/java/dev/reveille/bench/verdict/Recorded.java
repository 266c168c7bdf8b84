package dev.reveille.bench.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.bench.verdict.Evidence.End;
import dev.reveille.bench.verdict.Evidence.HandIn;
import dev.reveille.bench.verdict.Evidence.HandsetInUse;
import dev.reveille.bench.verdict.Evidence.Kill;
import dev.reveille.bench.verdict.Evidence.Said;
import dev.reveille.bench.verdict.Evidence.SendOut;
import dev.reveille.simulators.apple.ArrivedPush;
import dev.reveille.simulators.phone.Arrival;
import dev.reveille.simulators.phone.Arrival.Kind;
import dev.reveille.simulators.phone.Arrival.Way;
import dev.reveille.simulators.phone.ReadingDelay;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A recorded campaign to be spoiled: Anna's phone is open and Bob's sleeps. A message came to
/// each, and a call to both rang, was pushed, and was cancelled after ten seconds.
final class Recorded {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final String CALL = "11111111-2222-3333-4444-555555555555";
  static final Duration RINGS = Duration.ofSeconds(20);

  private static final ObjectMapper JSON = new ObjectMapper();

  final List<HandIn> handIns = new ArrayList<>();
  final List<End> ends = new ArrayList<>();
  final List<Kill> kills = new ArrayList<>();
  final List<Arrival> arrivals = new ArrayList<>();
  final List<ArrivedPush> pushes = new ArrayList<>();
  final List<SendOut> sends = new ArrayList<>();
  final Map<String, JsonNode> trails = new LinkedHashMap<>();
  final List<ReadingDelay.Sample> readings = new ArrayList<>();
  final List<Said> said = new ArrayList<>();
  ContentScan scan = ContentScan.of(List.of("Zoë Quell"), List.of("between us"), List.of());

  Recorded() {
    handIn("m-1", "number 1", "", "e-1", "anna");
    handIn("m-2", "number 2", "", "e-2", "bob");
    handIn("c-3", "", CALL, "e-3", "anna", "bob");
    trail("e-1", "m-1", device("anna", "live acknowledged"));
    trail("e-2", "m-2", device("bob", "push handed-over"));
    trail(
        "e-3",
        "c-3",
        device("anna", "live acknowledged", "push handed-over"),
        device("bob", "push handed-over"));
    came("anna", 1, Way.FRAME, Kind.MESSAGE, "e-1", "number 1");
    came("bob", 1, Way.PUSH, Kind.ALERT, "e-2", "number 2");
    came("anna", 1, Way.FRAME, Kind.RING, "e-3", CALL);
    came("anna", 1, Way.PUSH, Kind.RING, "e-3", CALL);
    came("bob", 1, Way.PUSH, Kind.RING, "e-3", CALL);
    ends.add(end("", 10));
    came("bob", 60, Way.FRAME, Kind.MESSAGE, "e-2", "number 2");
  }

  Evidence evidence() {
    return new Evidence(
        RINGS,
        List.of(
            new HandsetInUse("anna", "anna", "i-anna", false),
            new HandsetInUse("bob", "bob", "i-bob", true)),
        handIns,
        ends,
        kills,
        arrivals,
        pushes,
        sends,
        trails,
        readings,
        START.plusSeconds(50),
        said,
        scan);
  }

  Verdict verdict() {
    return Verdict.of(evidence());
  }

  void handIn(
      final String id,
      final String text,
      final String call,
      final String event,
      final String... users) {
    handIns.add(
        new HandIn("sender", id, text, call, List.of(users), START, List.of(event), List.of()));
  }

  /// @param words the text of a message, the UUID of a call
  void came(
      final String phone,
      final long second,
      final Way way,
      final Kind kind,
      final String event,
      final String words) {
    final boolean call = kind == Kind.RING || kind == Kind.END;
    arrivals.add(
        new Arrival(
            arrivals.size() + 1L,
            phone,
            START.plusSeconds(second),
            way,
            way == Way.PUSH ? 0 : 1,
            kind,
            way == Way.PUSH ? event + "@" + phone : "",
            event,
            call ? words : "",
            call ? "" : words,
            false,
            JSON.createObjectNode()));
  }

  static End end(final String user, final long second) {
    return new End(CALL, user, START.plusSeconds(second), START.plusSeconds(second));
  }

  /// The trail of the alert that a missed call became.
  static JsonNode missed(final String call) {
    return JSON.valueToTree(
        Map.of(
            "event", Map.of("source", "reveille:calls:missed", "id", call), "devices", List.of()));
  }

  /// A phone is told that its user declined.
  void declined(final String phone, final long second) {
    came(phone, second, Way.FRAME, Kind.END, "", CALL);
    ((ObjectNode) arrivals.getLast().raw()).put("how", "declined");
  }

  /// Killed at one second, and its successor ready at another.
  void killed(final long second, final long ready) {
    final var at = START.plusSeconds(second);
    kills.add(new Kill(at, at, START.plusSeconds(ready)));
  }

  void read(final Instant written, final Instant read) {
    readings.add(new ReadingDelay.Sample(written, read));
  }

  /// @param atApple when Apple got the push
  void cameFromApple(
      final String phone,
      final long second,
      final String event,
      final String call,
      final Instant atApple) {
    came(phone, second, Way.PUSH, Kind.RING, event, call);
    ((ObjectNode) arrivals.getLast().raw()).put("time", atApple.toString());
  }

  void apple(final String event, final String phone, final Instant at, final int status) {
    pushes.add(
        new ArrivedPush(
            pushes.size() + 1L,
            "token",
            false,
            Map.of("apns-id", event + "@" + phone),
            "{\"reveille\":{\"id\":\"" + event + "\"}}",
            at,
            status == 0 ? Optional.empty() : Optional.of(at),
            status,
            ""));
  }

  @SafeVarargs
  final void trail(final String event, final String id, final Map<String, Object>... devices) {
    trails.put(
        event,
        JSON.valueToTree(
            Map.of("event", Map.of("source", "sender", "id", id), "devices", List.of(devices))));
  }

  /// @param lines way, outcome (with `@` and the second, where it matters), and, where there is
  ///   one, the detail
  static Map<String, Object> device(final String user, final String... lines) {
    final var tries = new ArrayList<Map<String, String>>();
    for (final var line : lines) {
      final var words = line.split(" ", 3);
      final var detail = words.length > 2 ? words[2] : "";
      final var told = words[1].split("@", 2);
      final var at = told.length > 1 ? START.plusSeconds(Long.parseLong(told[1])).toString() : "";
      tries.add(Map.of("way", words[0], "outcome", told[0], "detail", detail, "at", at));
    }
    final var device = new LinkedHashMap<String, Object>();
    device.put("installation", "i-" + user);
    device.put("tries", tries);
    device.put("settled", true);
    return device;
  }
}
