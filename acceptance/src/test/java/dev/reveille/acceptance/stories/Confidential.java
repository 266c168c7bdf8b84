package dev.reveille.acceptance.stories;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a story told the server and the server must repeat in no log, metric or trail: the names,
/// texts, tokens and keys, each in every form in which it could slip out.
///
/// A name or text is looked for as a whole word, and percent-encoded, escaped as in JSON and in
/// base64 (at each of the three places where it may begin in a longer value). A token is looked for
/// by its first twelve characters, because that is how tokens are shortened for logs. What is too
/// short to be told from other words is refused: then the story has to say something longer, or the
/// scan would look complete and not be.
final class Confidential {
  /// Each is looked for in all that was said, so a story with thousands of devices looks for some.
  private static final int MOST_CODES = 400;

  private static final int SHORTEST_NAME = 3;
  private static final int SHORTEST_TEXT = 5;
  private static final int SHORTEST_CODE = 6;
  private static final int BEGINNING = 12;
  private static final int KEY_LINE = 20;

  /// The form in which it would be seen, and what to call it then.
  private final Map<String, String> words = new TreeMap<>();

  private final Map<String, String> codes = new TreeMap<>();

  /// Of a caller or sender, or an address of one.
  synchronized void name(final String name) {
    word("name", name, SHORTEST_NAME);
  }

  synchronized void text(final String text) {
    word("text", text, SHORTEST_TEXT);
  }

  private void word(final String kind, final String word, final int shortest) {
    if (word.isEmpty()) {
      return;
    }
    if (word.length() < shortest) {
      throw new AssertionError(
          "the " + kind + " '" + word + "' is too short to be found in a log: say more");
    }
    words.put(word, kind + " '" + word + "'");
    final var escaped = escaped(word);
    if (!escaped.equals(word)) {
      codes.put(escaped, kind + " '" + word + "', escaped");
    }
    final var form = URLEncoder.encode(word, StandardCharsets.UTF_8);
    for (final var code : List.of(form, form.replace("+", "%20"))) {
      if (!code.equals(word)) {
        codes.put(code, kind + " '" + word + "', percent-encoded");
      }
    }
    for (int before = 0; before < 3; before++) {
      final var code = base64(word, before);
      if (code.length() >= SHORTEST_CODE) {
        codes.put(code, kind + " '" + word + "', in base64");
        codes.put(
            code.replace('+', '-').replace('/', '_'), kind + " '" + word + "', in base64 for URLs");
      }
    }
  }

  /// What the word's characters alone make of a longer value in which it stands after so many
  /// bytes.
  private static String base64(final String word, final int before) {
    final byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    final byte[] padded = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, padded, before, bytes.length);
    final var code = Base64.getEncoder().withoutPadding().encodeToString(padded);
    final int from = (before * 8 + 5) / 6;
    final int to = padded.length * 8 / 6;
    return code.substring(from, Math.max(from, to));
  }

  private static String escaped(final String word) {
    final var escaped = new StringBuilder();
    for (final char one : word.toCharArray()) {
      escaped.append(one < 128 ? String.valueOf(one) : "\\u%04x".formatted((int) one));
    }
    return escaped.toString();
  }

  /// A push token, a device token, a code, a key of the API.
  synchronized void token(final String token) {
    if (codes.size() >= MOST_CODES) {
      return;
    }
    if (token.length() < BEGINNING) {
      throw new AssertionError("a token of " + token.length() + " characters is none");
    }
    codes.put(token.substring(0, BEGINNING), "token " + token.substring(0, BEGINNING) + "…");
  }

  /// A private key, as PEM or inside of JSON: each line of its text counts.
  synchronized void key(final String pem) {
    for (final var line : pem.replace("\\n", "\n").lines().toList()) {
      if (line.matches("[A-Za-z0-9+/_=-]{" + KEY_LINE + ",}")) {
        codes.put(line.substring(0, KEY_LINE), "key " + line.substring(0, KEY_LINE) + "…");
      }
    }
  }

  /// What a request of a story says in confidence.
  void request(final String path, final JsonNode body) {
    if (path.startsWith("/v1/events")) {
      (body.isArray() ? body.valueStream().toList() : List.of(body)).forEach(this::event);
    } else if (path.contains("/credentials/")) {
      key(body.path("key").asText());
      key(body.at("/serviceAccount/private_key").asText());
      key(body.path("serviceAccount").asText());
    } else if (path.startsWith("/v1/users/")) {
      body.path("addresses").forEach(address -> name(address.asText()));
    } else if (path.equals("/installation")) {
      key(body.path("contentKey").asText());
    }
  }

  private void event(final JsonNode event) {
    name(event.at("/call/caller/name").asText());
    name(event.at("/call/caller/address").asText());
    name(event.at("/content/title").asText());
    text(event.at("/content/text").asText());
    event.at("/content/data").forEach(one -> text(one.asText()));
  }

  /// One line for each of them that a place repeats; empty when all is well.
  synchronized List<String> in(final String place, final String said) {
    final var found = new ArrayList<String>();
    words.forEach((word, what) -> {
      for (int at = said.indexOf(word); at >= 0; at = said.indexOf(word, at + 1)) {
        if (!goesOn(said, at - 1) && !goesOn(said, at + word.length())) {
          found.add(place + " repeats the " + what + ": " + around(said, at));
          break;
        }
      }
    });
    codes.forEach((code, what) -> {
      final int at = said.indexOf(code);
      if (at >= 0) {
        found.add(place + " repeats the " + what + ": " + around(said, at));
      }
    });
    return found;
  }

  private static boolean goesOn(final String said, final int at) {
    return at >= 0 && at < said.length() && Character.isLetterOrDigit(said.charAt(at));
  }

  /// The line in which it stands.
  private static String around(final String said, final int at) {
    final int from = said.lastIndexOf('\n', at) + 1;
    final int to = said.indexOf('\n', at);
    return said.substring(
        Math.max(from, at - 200), Math.min(to < 0 ? said.length() : to, at + 200));
  }
}
