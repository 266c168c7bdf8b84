package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Recorded requests to a hub with changes at random, over one connection after the other: the
/// server answers as planned, whatever comes. The seed is fixed, so a failure comes again.
///
/// Bodies, headers of the service and what stands behind the hub's name are changed; what frames a
/// request stays, so that each has its own answer.
final class HubMutations {
  private static final int SEED = 14;

  /// What a client may have to do with: nothing of the server's own faults, 5xx, is among it.
  private static final Set<Integer> PLANNED =
      Set.of(200, 201, 204, 400, 401, 404, 405, 409, 410, 412, 413, 414, 431);

  private static final List<String> PIECES =
      List.of(
          "&&",
          "||",
          "!",
          "(",
          ")",
          "<",
          ">",
          "/",
          "&",
          "]]>",
          "<![CDATA[",
          "&#x10FFFF;",
          "\"",
          "'",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\\u",
          "\\ud800",
          "null",
          "1e999",
          "--b",
          "--",
          ";",
          "=",
          "%",
          "%00",
          "%ff",
          "+",
          "$(",
          "#(x)",
          "$UserId:{a}",
          "<!DOCTYPE a [<!ENTITY b 'c'>]>",
          "\u00fc",
          "\ud83d\ude00",
          "\u0001",
          "99999999999999999999",
          "-1",
          "?",
          "*");

  private final Random random = new Random(SEED);
  private final List<JsonNode> parts = new ArrayList<>();

  /// @param parts of recordings, whose requests are changed
  HubMutations(final Iterable<JsonNode> parts) {
    for (final var part : parts) {
      if (part.get("over").asText().equals("HTTP/1.1")) {
        this.parts.add(part);
      }
    }
  }

  /// Plays so many; answers how many were refused.
  int play(final HubClientPlay play, final int times) throws Exception {
    int refused = 0;
    for (int n = 0; n < times; n++) {
      final var part = parts.get(random.nextInt(parts.size()));
      final var requests = part.get("requests");
      final var request = requests.get(random.nextInt(requests.size()));
      if (request.get("request").get(0).asText().startsWith("DELETE /${hub}?")) {
        continue; // the hub stays
      }
      final var changed = changed(request);
      final ObjectNode one = part.deepCopy();
      one.putArray("requests").add(changed);
      final var answer = play.play(one).elements().next();
      final int status = answer.get("status").asInt();
      assertTrue(PLANNED.contains(status), () -> changed + " is answered with " + answer);
      if (status >= 400) {
        refused++;
        assertTrue(
            answer
                .path("body")
                .asText()
                .matches("(?s)<Error><Code>" + status + "</Code><Detail>.*"),
            () -> changed + " is answered with " + answer);
      }
    }
    return refused;
  }

  private JsonNode changed(final JsonNode request) {
    final ObjectNode changed = request.deepCopy();
    changed.remove(List.of("take", "only"));
    final var lines = changed.withArray("request");
    final var body = changed.path("body");
    final int what = random.nextInt(4);
    if (what > 0 && body.size() > 0) {
      final int at = random.nextInt(body.size());
      changed.withArray("body").set(at, TextNode.valueOf(mutated(body.get(at).asText())));
    } else if (what == 0 && lines.get(0).asText().contains(" /${hub}")) {
      final var first = lines.get(0).asText().split(" ", 3);
      final int behind = first[1].indexOf('}') + 1;
      lines.set(
          0,
          first[0]
              + " "
              + first[1].substring(0, behind)
              + plain(mutated(first[1].substring(behind)))
              + " "
              + first[2]);
    }
    for (int at = 1; at < lines.size(); at++) {
      final var line = lines.get(at).asText();
      if (random.nextInt(3) == 0 && line.matches("(?i)(servicebus|apns-|x-|if-match).*")) {
        final int colon = line.indexOf(": ") + 2;
        lines.set(at, line.substring(0, colon) + plain(mutated(line.substring(colon))));
      }
    }
    return changed;
  }

  /// Without what would end a line or a word of the first one.
  private static String plain(final String text) {
    return text.replaceAll("[\\s\\p{Cntrl}]", "");
  }

  /// Placeholders are left whole, as far as they are not cut.
  private String mutated(final String text) {
    final var mutated = new StringBuilder(text);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      final int at = random.nextInt(mutated.length() + 1);
      final int end = Math.min(mutated.length(), at + 1 + random.nextInt(8));
      switch (random.nextInt(5)) {
        case 0 -> mutated.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> mutated.delete(at, end);
        case 2 -> mutated.insert(at, mutated.substring(at, end));
        case 3 -> mutated.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        default -> mutated.setLength(at);
      }
    }
    return mutated.toString();
  }
}
