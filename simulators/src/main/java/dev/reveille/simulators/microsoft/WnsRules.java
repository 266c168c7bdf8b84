package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.service.ServiceCall;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Checks a request by WNS's rules, apart from its sender and its channel.
final class WnsRules {
  private static final int LARGEST = 5_000;
  private static final int LONGEST_TAG = 64;
  private static final int LONGEST_TILE_TAG = 16;
  private static final String PREFIX = "wns/";
  private static final Set<String> TYPES = Set.of("toast", "tile", "badge", "raw");
  private static final Set<String> PRIORITIES = Set.of("High", "Medium", "Low", "VeryLow");
  private static final Set<String> BOOLEANS = Set.of("true", "false");
  private static final Pattern MATCH =
      Pattern.compile("type:wns/toast;(all|(?:group=[^;]+)?;?(?:tag=[^;]+)?)");

  /// What is wrong.
  record Problem(WnsReason reason, String words) {
    static Problem header(final String name) {
      return new Problem(
          WnsReason.BAD_HEADER, WnsReason.BAD_HEADER.words() + " Header: " + name + ".");
    }

    static Problem of(final WnsReason reason) {
      return new Problem(reason, reason.words());
    }
  }

  private WnsRules() {}

  /// Without its prefix; "" when there is none that WNS knows.
  static String type(final ServiceCall call) {
    final String type = call.header("X-WNS-Type").toLowerCase(Locale.ROOT);
    final String name = type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : "";
    return TYPES.contains(name) ? name : "";
  }

  /// @param entra its channels know no tiles and no badges
  static Optional<Problem> check(final ServiceCall call, final boolean entra) {
    if (!call.has("Content-Length") || call.has("Transfer-Encoding")) {
      return Optional.of(Problem.of(WnsReason.LENGTH_REQUIRED));
    }
    final String type = type(call);
    if (type.isEmpty() || call.count("X-WNS-Type") > 1) {
      return Optional.of(Problem.header("X-WNS-Type"));
    }
    if (entra && (type.equals("tile") || type.equals("badge"))) {
      return Optional.of(Problem.header("X-WNS-Type"));
    }
    final String content = call.header("Content-Type").split(";", 2)[0].strip();
    if (!content.equalsIgnoreCase(type.equals("raw") ? "application/octet-stream" : "text/xml")) {
      return Optional.of(Problem.header("Content-Type"));
    }
    final var wrong = values(call, type);
    if (!wrong.isEmpty()) {
      return Optional.of(Problem.header(wrong));
    }
    if (call.size() > LARGEST) {
      return Optional.of(Problem.of(WnsReason.TOO_BIG));
    }
    if (!type.equals("raw") && !NotificationXml.isForWindows(type, call.body())) {
      return Optional.of(Problem.of(WnsReason.BAD_CONTENT));
    }
    return Optional.empty();
  }

  /// The name of a header whose value WNS does not know, or "".
  private static String values(final ServiceCall call, final String type) {
    if (!isOneOf(call, "X-WNS-Cache-Policy", Set.of("cache", "no-cache"))) {
      return "X-WNS-Cache-Policy";
    }
    for (final var name : new String[] {"X-WNS-RequestForStatus", "X-WNS-SuppressPopup"}) {
      if (!isOneOf(call, name, BOOLEANS)) {
        return name;
      }
    }
    if (!isOneOf(call, "X-WNS-Priority", PRIORITIES)) {
      return "X-WNS-Priority";
    }
    if (call.has("X-WNS-TTL") && !call.header("X-WNS-TTL").matches("\\d{1,9}")) {
      return "X-WNS-TTL";
    }
    final int longest = type.equals("tile") ? LONGEST_TILE_TAG : LONGEST_TAG;
    for (final var name : new String[] {"X-WNS-Tag", "X-WNS-Group"}) {
      final String value = call.header(name);
      if (call.has(name) && (value.isEmpty() || value.length() > longest)) {
        return name;
      }
    }
    return call.has("X-WNS-Match") ? "X-WNS-Match" : "";
  }

  private static boolean isOneOf(
      final ServiceCall call, final String name, final Set<String> known) {
    return !call.has(name)
        || call.count(name) == 1
            && known.stream().anyMatch(one -> one.equalsIgnoreCase(call.header(name)));
  }

  /// Whether a DELETE says which toasts are meant.
  static boolean isMatch(final String match) {
    final var found = MATCH.matcher(match);
    return found.matches() && (found.group(1).equals("all") || found.group(1).contains("="));
  }

  /// A part of `X-WNS-Match`, such as `tag`; "" when it is not given.
  static String part(final String match, final String name) {
    for (final var part : match.split(";")) {
      if (part.startsWith(name + "=")) {
        return part.substring(name.length() + 1);
      }
    }
    return "";
  }
}
