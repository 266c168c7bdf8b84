package dev.reveille.bench.verdict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.reveille.bench.verdict.Evidence.HandIn;
import dev.reveille.simulators.phone.Arrival.Way;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Reads the trails of a crash campaign's [Evidence], the JSON of `GET /v1/events/{id}/trail`, for
/// the questions of its verdict: which devices of an accepted event are not settled, or were pushed
/// to without a line of it, and how many repeats of a push the trail gives a reason for
/// (`uncertain`, `try-again`). A finding is a sentence. An event that the server does not know is
/// skipped here: it counts as lost elsewhere. What a trail does not have is a MissingNode, never
/// null. Pure functions.
final class Trails {
  /// After these a push may be repeated.
  private static final Set<String> REPEATABLE = Set.of("uncertain", "try-again");

  private Trails() {}

  static Stream<JsonNode> devices(final JsonNode trail) {
    return elements(trail.path("devices"));
  }

  static Stream<JsonNode> pushLines(final JsonNode device) {
    return elements(device.path("tries")).filter(one -> one.path("way").asText().equals("push"));
  }

  private static Stream<JsonNode> elements(final JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  /// Whether the server knows this public id as that of the hand-in.
  static boolean isOf(final Evidence evidence, final String event, final HandIn handIn) {
    final var known = evidence.trails().getOrDefault(event, MissingNode.getInstance());
    return known.at("/event/source").asText().equals(handIn.source())
        && known.at("/event/id").asText().equals(handIn.id());
  }

  static JsonNode device(final Evidence evidence, final String event, final String installation) {
    return devices(evidence.trails().getOrDefault(event, MissingNode.getInstance()))
        .filter(device -> device.path("installation").asText().equals(installation))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  /// How many repeats of a push the trail gives a reason for.
  static int repeats(final Evidence evidence, final String event, final String installation) {
    return (int)
        pushLines(device(evidence, event, installation)).filter(Trails::isRepeatable).count();
  }

  /// When it happened; [Instant#MAX] when the line does not say.
  static Instant at(final JsonNode line) {
    final var at = line.path("at").asText("");
    return at.isEmpty() ? Instant.MAX : Instant.parse(at);
  }

  static boolean isRepeatable(final JsonNode line) {
    return REPEATABLE.contains(line.path("outcome").asText());
  }

  static List<String> unsettled(final Evidence evidence) {
    record Told(String phone, String event) {}
    final var pushed = new HashSet<Told>();
    evidence.arrivals().stream()
        .filter(one -> one.way() == Way.PUSH)
        .forEach(one -> pushed.add(new Told(one.phone(), one.event())));
    final var unsettled = new ArrayList<String>();
    for (final var handIn : evidence.kept()) {
      for (final var event : handIn.events()) {
        if (!isOf(evidence, event, handIn)) {
          continue; // the server does not know it: it is lost
        }
        for (final var handset : evidence.handsets()) {
          if (!handIn.users().contains(handset.user())) {
            continue;
          }
          final var device = device(evidence, event, handset.installation());
          if (device.isMissingNode()) {
            unsettled.add("the trail of " + event + " does not know " + handset.name());
          } else if (!device.path("settled").asBoolean()) {
            unsettled.add("the trail of " + event + " is not settled for " + handset.name());
          } else if (pushed.contains(new Told(handset.name(), event))
              && pushLines(device).findAny().isEmpty()) {
            unsettled.add(
                event
                    + " was pushed to "
                    + handset.name()
                    + ", and its trail tells of no push: "
                    + device.path("decision").asText()
                    + " "
                    + device.at("/why/name").asText()
                    + " "
                    + device.path("tries"));
          }
        }
      }
    }
    return unsettled;
  }
}
