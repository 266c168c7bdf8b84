package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Replaces what every run of a server makes anew, so that the answers of two runs can be compared.
///
/// Ids, secrets and positions get numbers in the order of their first appearance: the same thing
/// has the same number in all answers, another thing another one. A moment reads how far from now
/// it lies, in whole minutes, upwards: a life of a day is told from one of a month, and a server
/// that takes a second longer answers the same. Two moments of one answer are not told apart.
final class Placeholders {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> SECRETS =
      Map.of(
          "key", "rk_[A-Za-z0-9]{43}",
          "key id", "k_[A-Za-z0-9]{10}",
          "code", "rc_[A-Za-z0-9]{22}",
          "device token", "rd_[A-Za-z0-9_-]{43}",
          "ticket", "rt_[A-Za-z0-9_-]{32}",
          "installation", "i-[A-Za-z0-9_-]{16}");
  private static final Pattern MOMENT =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");

  /// What was measured, and not set.
  private static final Pattern DURATION = Pattern.compile("\\bPT[0-9HM]*\\d+\\.\\d+S");

  /// A moment that lies further away was given by a request, as it stands there.
  private static final Duration OURS = Duration.ofDays(60);

  private final String epoch;
  private final Pattern made;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> lastOfKind = new HashMap<>();

  /// @param epoch of the server's store: the first part of all its positions
  Placeholders(final String epoch) {
    this.epoch = epoch;
    final var all = new StringBuilder();
    SECRETS.forEach((kind, form) ->
        all.append("(?<").append(kind.replace(" ", "")).append('>').append(form).append(")|"));
    this.made =
        Pattern.compile(
            "(?<![A-Za-z0-9_-])(?:" + all + epoch + "-(?<position>[0-9a-z]+))(?![A-Za-z0-9_-])");
  }

  /// A copy without anything that another run would say otherwise.
  JsonNode in(final JsonNode node) {
    return switch (node) {
      case TextNode text -> TextNode.valueOf(in(text.textValue()));
      case ObjectNode object -> {
        note(object);
        final var replaced = JsonNodeFactory.instance.objectNode();
        fields(object).forEach(one -> replaced.set(in(one.getKey()), in(object, one.getKey())));
        yield replaced;
      }
      case ArrayNode list -> {
        final var replaced = JsonNodeFactory.instance.arrayNode();
        list.forEach(one -> replaced.add(in(one)));
        yield replaced;
      }
      default -> node;
    };
  }

  /// Gives an event its number.
  private void note(final ObjectNode object) {
    final var event = object.path("event").asText("");
    if (event.startsWith(epoch + "-")) {
      final var _ = number("event", event.substring(epoch.length() + 1));
    }
  }

  private JsonNode in(final ObjectNode object, final String field) {
    final var value = object.path(field);
    return switch (field) {
      case "sequence" ->
          TextNode.valueOf(in(epoch + "-" + Long.toString(value.asLong(), Character.MAX_RADIX)));
      case "team", "keyId", "host", "sandboxHost" -> TextNode.valueOf("<" + field + ">");
      case "cursor", "asked" -> TextNode.valueOf(place(value.asText()));
      case "upTo" ->
          TextNode.valueOf(
              object.path("more").asBoolean() ? in(value.asText()) : place(value.asText()));
      case "position" ->
          TextNode.valueOf(
              value.equals(object.path("event")) ? in(value.asText()) : place(value.asText()));
      default -> in(value);
    };
  }

  /// A place that may lie behind the newest event: what the server notes for itself, at its own
  /// pace, takes places too.
  private String place(final String position) {
    return position.startsWith(epoch + "-") && !position.equals(epoch + "-0")
        ? "<position>"
        : in(position);
  }

  /// The same of an event of a stream.
  String inStream(final String event) {
    final var said = new StringBuilder();
    String id = "";
    for (final var line : event.lines().toList()) {
      if (line.startsWith("id: ")) {
        id = line.substring("id: ".length());
      } else if (line.startsWith("data: ")) {
        final var data = parsed(line.substring("data: ".length()));
        final boolean isEvent = data.path("event").asText().equals(id);
        final var told = in(data).toString();
        said.append(id.isEmpty() ? "" : "id: " + (isEvent ? in(id) : place(id)) + "\n");
        said.append("data: ").append(told).append("\n\n");
      } else {
        said.append(in(line)).append('\n');
      }
    }
    return said.toString();
  }

  private static JsonNode parsed(final String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("an event of a stream is broken JSON: " + json, e);
    }
  }

  /// In their order, but for a sender's own data, which has none.
  private static Iterable<Map.Entry<String, JsonNode>> fields(final ObjectNode object) {
    final var data = object.get("data");
    if (data instanceof ObjectNode unordered) {
      final var ordered = JsonNodeFactory.instance.objectNode();
      new TreeMap<>(
              unordered.properties().stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)))
          .forEach(ordered::set);
      object.set("data", ordered);
    }
    return object.properties();
  }

  String in(final String text) {
    final var now = Instant.now();
    final var named = made.matcher(text).replaceAll(found -> quoted(named(found)));
    final var timed = MOMENT.matcher(named).replaceAll(found -> quoted(moment(found.group(), now)));
    return DURATION.matcher(timed).replaceAll("<duration>");
  }

  /// The same without numbers: what can be put in order before the numbers are given.
  String withoutNumbers(final JsonNode node) {
    final var text = made.matcher(node.toString()).replaceAll("<>");
    return MOMENT.matcher(text).replaceAll("<>");
  }

  private static String quoted(final String text) {
    return Matcher.quoteReplacement(text);
  }

  private String named(final MatchResult found) {
    if (found.group("position") != null) {
      return position(found.group("position"));
    }
    for (final var kind : SECRETS.keySet()) {
      if (found.group(kind.replace(" ", "")) != null) {
        return "<" + kind + " " + number(kind, found.group()) + ">";
      }
    }
    throw new IllegalStateException("a group of the pattern is no kind: " + found.group());
  }

  /// The beginning is the same in every store; what no answer called an event has no number.
  private String position(final String sequence) {
    return sequence.equals("0")
        ? "<epoch>-0"
        : numbers.containsKey("event " + sequence)
            ? "<event " + number("event", sequence) + ">"
            : "<position>";
  }

  private int number(final String kind, final String value) {
    return numbers.computeIfAbsent(
        kind + " " + value, _ -> lastOfKind.merge(kind, 1, Integer::sum));
  }

  private static String moment(final String text, final Instant now) {
    final Duration away;
    try {
      away = Duration.between(now, Instant.parse(text));
    } catch (java.time.format.DateTimeParseException noDate) {
      return text; // of a request with this mistake
    }
    if (away.abs().compareTo(OURS) > 0) {
      return text;
    }
    final long minutes = Math.ceilDiv(away.toMillis(), Duration.ofMinutes(1).toMillis());
    return minutes == 0
        ? "<now>"
        : minutes > 0
            ? "<now + " + Duration.ofMinutes(minutes) + ">"
            : "<now - " + Duration.ofMinutes(-minutes) + ">";
  }

  @Override
  public String toString() {
    return "Placeholders of the store " + epoch;
  }
}
