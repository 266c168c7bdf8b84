package dev.reveille.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// How something that is registered with a hub stands to a send, in words: what it is, whether the
/// send is for it, and why.
final class StandingStory {
  /// @param what of the standing
  /// @param remedy "" where nothing is to be done
  private record Words(String what, String remedy) {}

  private StandingStory() {}

  /// `registration 12-3 (apns, a-…, template scores)`.
  static String head(final JsonNode one) {
    final var about = new ArrayList<String>();
    for (final var field : List.of("service", "target")) {
      if (one.has(field)) {
        about.add(one.path(field).asText());
      }
    }
    if (one.has("template")) {
      about.add("template " + one.path("template").asText());
    }
    return name(one) + (about.isEmpty() ? "" : " (" + String.join(", ", about) + ")");
  }

  private static String name(final JsonNode one) {
    if (one.has("registration")) {
      return "registration " + one.path("registration").asText();
    }
    return one.has("installation")
        ? "installation " + one.path("installation").asText()
        : "a handle";
  }

  /// One sentence or two on whether the send is for it, and what can be done where it is not.
  static List<String> lines(final JsonNode one) {
    final var words = words(one);
    final var lines = new ArrayList<String>();
    lines.add(words.what() + tags(one));
    if (one.has("removedAt")) {
      lines.add("It was removed " + Json.moment(one.path("removedAt")) + ".");
    }
    if (!words.remedy().isEmpty()) {
      lines.add(words.remedy());
    }
    return lines;
  }

  /// Those for which the send's expression is true or false of it.
  static String tags(final JsonNode one) {
    final var parts = new ArrayList<String>();
    if (one.has("carries")) {
      parts.add("it has " + named(one.path("carries")));
    }
    if (one.has("lacks")) {
      parts.add((parts.isEmpty() ? "it" : "and") + " has not " + named(one.path("lacks")));
    }
    final var said = String.join(" ", parts);
    return said.isEmpty() ? "." : ": " + said + ".";
  }

  private static String named(final JsonNode list) {
    final var all = Json.elements(list).map(JsonNode::asText).toList();
    return (all.size() == 1 ? "the tag " : "the tags ")
        + all.stream().collect(Collectors.joining(", "));
  }

  private static Words words(final JsonNode one) {
    return switch (one.path("standing").asText()) {
      case "told" -> new Words("Matched", "");
      case "turn-to-come" -> new Words("Matched; its turn has not come yet", "");
      case "under-way" ->
          new Words("Matched; nothing is known of it yet", "Ask again in a moment.");
      case "cancelled" -> new Words("Matched; the send was cancelled before its turn came", "");
      case "forgotten" ->
          new Words("Matched; what became of it is kept no longer", "Ask sooner after a send.");
      case "given-up" -> new Words("Matched; the send was given up before its turn came", "");
      case "tags-differ" ->
          new Words(
              "Not matched, because of its tags",
              "Change its tags, or send with another expression.");
      case "other-service" ->
          new Words(
              "Not matched: it belongs to another push service than the send's format",
              "Send once more in the format of its platform, or by templates.");
      case "other-form" ->
          new Words(
              "Not matched: one of the two goes by templates, or in another form of the service",
              "Send in the format `template` to what has a template, and natively to the rest.");
      case "registered-later" ->
          new Words(
              "Not matched: it was registered after the send was accepted",
              "The next send reaches it.");
      case "ended" ->
          new Words("Not matched: its time is over", "Its app has to register it again.");
      case "removed" ->
          new Words(
              "Nothing was sent to it: it was removed, or its push service called it dead before",
              "Its app has to register it again.");
      case "no-address" ->
          new Words(
              "Not matched: nothing can be sent to it, because its channel has expired or its"
                  + " platform is not served",
              "Its app has to write its channel again.");
      case "changed-since" ->
          new Words(
              "Passed over: the send is for it as it is now, and was not when its turn came",
              "The next send reaches it.");
      case "not-named" ->
          new Words("Not among the handles that the send named", "Name it in another direct send.");
      default -> new Words(one.path("standing").asText(), "");
    };
  }
}
