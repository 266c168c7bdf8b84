package dev.reveille.simulators.phone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// The inbox entries that the app of a phone has, each event once. Called on the phone's [Serial]
/// executor.
final class Downloads {
  private final Phone phone;
  private final Set<String> seen = new HashSet<>();
  private final Set<String> seenOnThisChannel = new HashSet<>();
  private int repeats;

  Downloads(final Phone phone) {
    this.phone = phone;
  }

  int entries() {
    return seen.size();
  }

  int repeats() {
    return repeats;
  }

  void newChannel() {
    seenOnThisChannel.clear();
  }

  /// An entry came: new ones are reported; on one channel each may come once.
  void entry(final JsonNode frame, final Instant at) {
    final var event = frame.path("event").asText();
    if (!seenOnThisChannel.add(event)) {
      phone.violation("entry-twice-on-one-channel", event);
    }
    if (seen.add(event)) {
      final var word = frame.path("frame").asText().equals("change") ? "change" : "message";
      phone.report(word, at, ((ObjectNode) frame).deepCopy());
    } else {
      repeats++;
    }
  }
}
