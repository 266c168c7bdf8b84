package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What stands for `${NAME}` in recorded requests to hubs, beside what was taken from answers:
///
/// - `host`, `hostname` (without the port) and `hub`
/// - `sas`, a signature as the part's client makes it; `sas:key=another`, `sas:hub=other`,
///   `sas:policy=listen`, `sas:name=Unknown`, `sas:minutes=-6`, `sas:alter=sig`, `sas:without=se`
///   are bad ones
/// - `tomorrow` and `eightDays`, moments from now on, without a zone
/// - `many:300:ab`, a text so many times; `numbered:3:,:t` is `t0,t1,t2`, `quoted:2:t` the same as
///   a list of JSON; `bytes:FF` a byte
final class HubClientValues {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

  private final URI api;
  private final String hub;
  private final Map<String, String> policies;
  private final Map<String, String> keys;

  /// @param policies the names of policies, by the words `full`, `send` and `listen`
  /// @param keys those of the hub's policies by these words, and others by words of their own
  HubClientValues(
      final URI api,
      final String hub,
      final Map<String, String> policies,
      final Map<String, String> keys) {
    this.api = api;
    this.hub = hub;
    this.policies = Map.copyOf(policies);
    this.keys = Map.copyOf(keys);
  }

  /// @param part says how its client signs
  /// @param target of the request, which is signed
  String of(final String name, final JsonNode part, final String target) {
    final var words = name.split(":", 2);
    final var rest = words.length > 1 ? words[1] : "";
    return switch (words[0]) {
      case "host" -> api.getAuthority();
      case "hostname" -> api.getHost();
      case "hub" -> hub;
      case "sas" -> signature(rest, part, target);
      case "tomorrow" -> MOMENT.format(Instant.now().plus(Duration.ofDays(1)));
      case "eightDays" -> MOMENT.format(Instant.now().plus(Duration.ofDays(8)));
      case "bytes" -> Character.toString('\uF700' + Integer.parseInt(rest, 16));
      case "many" -> rest.split(":", 2)[1].repeat(Integer.parseInt(rest.split(":", 2)[0]));
      case "numbered" -> {
        final var how = rest.split(":", 3);
        yield joined(how[0], how[1], n -> how[2] + n);
      }
      case "quoted" -> {
        final var how = rest.split(":", 2);
        yield joined(how[0], ",", n -> '"' + how[1] + n + '"');
      }
      default -> throw new IllegalArgumentException("no answer before gave ${" + name + "}");
    };
  }

  private static String joined(
      final String times, final String between, final IntFunction<String> one) {
    return IntStream.range(0, Integer.parseInt(times))
        .mapToObj(one)
        .collect(Collectors.joining(between));
  }

  private String signature(final String how, final JsonNode part, final String target) {
    final var word = how.replaceFirst("=.*", "");
    final var value = how.substring(Math.min(how.length(), word.length() + 1));
    final var policy = word.equals("policy") ? value : part.get("policy").asText();
    final var path = word.equals("hub") ? target.replaceFirst("/" + hub, "/" + value) : target;
    final int minutes =
        word.equals("minutes") ? Integer.parseInt(value) : part.get("minutes").asInt();
    final var signature =
        new HubSignature(
            part.get("signs").asText(),
            "https://"
                + (part.path("port").asBoolean(true) ? api.getAuthority() : api.getHost())
                + path,
            word.equals("name") ? value : policies.getOrDefault(policy, ""),
            keys.getOrDefault(word.equals("key") ? value : policy, "another"),
            Instant.now().plus(Duration.ofMinutes(minutes)));
    return switch (word) {
      case "alter" -> signature.altered(value).toString();
      case "without" -> signature.without(value).toString();
      default -> signature.toString();
    };
  }
}
