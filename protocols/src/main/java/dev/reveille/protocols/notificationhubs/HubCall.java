package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Exchange;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A request to a hub whose caller is known, on a thread that may block.
///
/// @param values what stands in the path at the places that the route leaves open, the hub first
/// @param query by names in lower case; a flag without a value has ""
/// @param trackingId names the request to its caller
record HubCall(
    Exchange exchange,
    HubCaller caller,
    List<String> values,
    Map<String, String> query,
    String trackingId) {
  private static final int MOST_PARAMETERS = 32;

  Hub hub() {
    return caller.hub();
  }

  /// What stands behind the hub's name at the first open place.
  String name() {
    return values.get(1);
  }

  /// A query parameter, by its name in lower case.
  Optional<String> parameter(final String name) {
    return Optional.ofNullable(query.get(name));
  }

  /// Whether a flag is set: `direct` and `direct=true` say the same.
  boolean has(final String flag) {
    return query.containsKey(flag) && !query.get(flag).equalsIgnoreCase("false");
  }

  String header(final String name) {
    return exchange.header(name).orElse("").strip();
  }

  /// Where something of the hub is, absolute, as clients of all kinds read it.
  String url(final String collection, final String id) {
    return base() + "/" + collection + "/" + encoded(id) + "?api-version=" + HubApi.NEWEST_VERSION;
  }

  /// As one segment of a path (RFC 3986 section 3.3): ids are chosen by apps, in any language.
  private static String encoded(final String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// Where the hub is, absolute.
  String base() {
    return origin() + "/" + hub().name();
  }

  /// Where all hubs are, absolute, without a slash at the end.
  String origin() {
    return "https://" + exchange.host();
  }

  /// A query parameter that is a number of things.
  ///
  /// @throws HubRefused when it is none
  int number(final String name, final int otherwise) {
    final var text = parameter(name).orElse("");
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      final int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (final NumberFormatException _) {
      // said below
    }
    throw HubRefused.malformed(name + " must be a number, zero or above");
  }

  /// The query's parameters: names without regard to case, the first of a name counts.
  ///
  /// @throws HubRefused when it cannot be read
  static Map<String, String> query(final String raw) {
    final Map<String, String> all = new TreeMap<>();
    if (raw.isEmpty()) {
      return all;
    }
    final var parts = raw.split("&", -1);
    if (parts.length > MOST_PARAMETERS) {
      throw HubRefused.malformed("the query has more than " + MOST_PARAMETERS + " parameters");
    }
    for (final var part : parts) {
      final int equal = part.indexOf('=');
      final var name = decoded(equal < 0 ? part : part.substring(0, equal));
      all.putIfAbsent(
          name.toLowerCase(Locale.ROOT), equal < 0 ? "" : decoded(part.substring(equal + 1)));
    }
    return all;
  }

  private static String decoded(final String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (final IllegalArgumentException _) {
      throw HubRefused.malformed("the query is not percent-encoded UTF-8");
    }
  }
}
