package dev.reveille.bench.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.bench.verdict.Evidence.Kill;
import dev.reveille.simulators.apple.ArrivedPush;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Counts that accompany a verdict: how often the word `uncertain` in a trail has a cause, and how
/// few pushes a kill repeats.
///
/// @param perKill of each kill
/// @param pushLines lines of trails that tell of a push
/// @param uncertain those of them that say `uncertain`
/// @param baseless those of these without a cause that Apple saw: the push came there once and was
///   answered, and no connection broke shortly before the line
public record Repeats(List<OfKill> perKill, int pushLines, int uncertain, int baseless) {
  private static final Duration SHORTLY = Duration.ofMillis(50);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @param repeated pushes that Apple had accepted before the kill and got again after it
  /// @param underWay pushes whose answer Apple sent shortly before the kill or later
  public record OfKill(int repeated, int underWay) {
    public boolean isExcused() {
      return repeated <= underWay;
    }
  }

  private record Push(String event, ArrivedPush push) {}

  public static Repeats of(final Evidence evidence) {
    final Map<String, List<Push>> perTarget = new HashMap<>(); // by apns-id: event and device
    for (final var push : evidence.pushes()) {
      perTarget
          .computeIfAbsent(push.header("apns-id"), _ -> new ArrayList<>())
          .add(new Push(event(push), push));
    }
    final var perKill =
        evidence.kills().stream()
            .map(kill ->
                new OfKill(
                    (int)
                        perTarget.values().stream()
                            .filter(pushes -> isRepeated(pushes, kill, evidence.kills()))
                            .count(),
                    (int)
                        evidence.pushes().stream().filter(push -> isUnderWay(push, kill)).count()))
            .toList();
    return count(evidence, perKill, perTarget);
  }

  /// Whether Apple had accepted it before this kill, and got it again with no other kill between.
  private static boolean isRepeated(
      final List<Push> pushes, final Kill kill, final List<Kill> kills) {
    for (int next = 1; next < pushes.size(); next++) {
      final var before = pushes.get(next - 1).push();
      final var after = pushes.get(next).push();
      if (before.status() == 200
          && before.at().isBefore(kill.gone())
          && after.at().isAfter(kill.gone())
          && kills.stream()
              .filter(one -> isBetween(one, before.at(), after.at()))
              .findFirst()
              .filter(kill::equals)
              .isPresent()) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBetween(final Kill kill, final Instant from, final Instant until) {
    return kill.gone().isAfter(from) && kill.gone().isBefore(until);
  }

  private static boolean isUnderWay(final ArrivedPush push, final Kill kill) {
    return push.at().isBefore(kill.gone())
        && push.answered().map(moment -> moment.isAfter(kill.sent().minus(SHORTLY))).orElse(false);
  }

  private static Repeats count(
      final Evidence evidence,
      final List<OfKill> perKill,
      final Map<String, List<Push>> perTarget) {
    final Set<String> brokenOrTwice = new HashSet<>(); // event and device
    final Map<String, String> phones = new HashMap<>(); // apns-id to installation
    final var installations = new HashMap<String, String>();
    evidence
        .handsets()
        .forEach(handset -> installations.put(handset.name(), handset.installation()));
    evidence.arrivals().stream()
        .filter(arrival -> !arrival.platformId().isEmpty())
        .forEach(arrival ->
            phones.put(arrival.platformId(), installations.getOrDefault(arrival.phone(), "")));
    perTarget.forEach((id, pushes) -> {
      if (pushes.size() > 1 || pushes.getFirst().push().answered().isEmpty()) {
        brokenOrTwice.add(pushes.getFirst().event() + " " + phones.getOrDefault(id, ""));
      }
    });
    final var breaks =
        new TreeSet<>(
            evidence.pushes().stream()
                .filter(push -> push.answered().isEmpty())
                .map(ArrivedPush::at)
                .toList());
    int lines = 0;
    int uncertain = 0;
    int baseless = 0;
    for (final var trail : evidence.trails().entrySet()) {
      for (final var device : Trails.devices(trail.getValue()).toList()) {
        final var installation = device.path("installation").asText();
        for (final var line : Trails.pushLines(device).toList()) {
          lines++;
          if (isUncertain(line)) {
            uncertain++;
            final boolean based =
                brokenOrTwice.contains(trail.getKey() + " " + installation)
                    || isSoonAfter(breaks, line.path("at").asText(""));
            baseless += based ? 0 : 1;
          }
        }
      }
    }
    return new Repeats(perKill, lines, uncertain, baseless);
  }

  /// A connection that breaks takes the answers of all pushes on it along.
  private static boolean isSoonAfter(final NavigableSet<Instant> breaks, final String moment) {
    final var at = moment.isEmpty() ? Instant.EPOCH : Instant.parse(moment);
    final @Nullable Instant broke = breaks.floor(at);
    return broke != null && broke.plus(SOON).isAfter(at);
  }

  private static boolean isUncertain(final JsonNode line) {
    return line.path("outcome").asText().equals("uncertain");
  }

  /// The public id in its envelope, "" when the push was cut off.
  static String event(final ArrivedPush push) {
    try {
      return JSON.readTree(push.payload()).path("reveille").path("id").asText("");
    } catch (final IOException _) {
      return ""; // it was cut off
    }
  }

  /// Pushes repeated over all kills.
  public int repeated() {
    return perKill.stream().mapToInt(OfKill::repeated).sum();
  }

  /// Pushes whose answer was on its way when the server was killed, over all kills.
  public int underWay() {
    return perKill.stream().mapToInt(OfKill::underWay).sum();
  }

  public long killsWithMore() {
    return perKill.stream().filter(one -> !one.isExcused()).count();
  }

  /// The share of `uncertain` lines without a cause, of all lines about pushes, in percent.
  public double baselessPercent() {
    return pushLines == 0 ? 0 : 100.0 * baseless / pushLines;
  }
}
