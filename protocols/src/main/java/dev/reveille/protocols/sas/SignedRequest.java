package dev.reveille.protocols.sas;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The address of a request in the form that signatures are compared with: in lower case, without
/// the dot of the root behind the host, segment by segment, so that `/news` does not cover
/// `/newsletter`.
///
/// Immutable.
public final class SignedRequest {
  private static final String SCHEME_END = "://";

  private final Place place;

  private SignedRequest(final Place place) {
    this.place = place;
  }

  /// @param authority the host and, where it is written, the port, as the request names them
  /// @param target path and query as they stand in the request line
  public static SignedRequest of(final String authority, final String target) {
    return new SignedRequest(Place.of(authority, target));
  }

  /// Whether a signature for this resource is one for the request too.
  ///
  /// An absolute URL with the scheme `http`, `https` or `sb`, or none. Its path must lead to the
  /// request's, or be it. What stands behind `?` does not count: some callers sign it and some do
  /// not. A port counts where both write one: callers exist that sign none, and one that signs it
  /// and leaves it out of `Host`.
  boolean isCoveredBy(final String resource) {
    final int end = resource.indexOf(SCHEME_END);
    if (end >= 0 && !List.of("http", "https", "sb").contains(lower(resource.substring(0, end)))) {
      return false;
    }
    final var rest = end < 0 ? resource : resource.substring(end + SCHEME_END.length());
    final int slash = firstOf(rest, "/?#");
    final var audience = Place.of(rest.substring(0, slash), rest.substring(slash));
    return place.isIn(audience);
  }

  private static int firstOf(final String text, final String marks) {
    for (int i = 0; i < text.length(); i++) {
      if (marks.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  private static String lower(final String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /// @param port "" where none is written
  private record Place(String host, String port, List<String> segments) {
    static Place of(final String authority, final String target) {
      final int colon = authority.lastIndexOf(':');
      final boolean hasPort = colon >= 0 && colon > authority.lastIndexOf(']');
      final var host = hasPort ? authority.substring(0, colon) : authority;
      final var port = hasPort ? authority.substring(colon + 1) : "";
      final var path = target.substring(0, firstOf(target, "?#"));
      final var segments = new ArrayList<String>();
      for (final var segment : path.split("/", -1)) {
        if (!segment.isEmpty()) {
          segments.add(lower(PercentText.decode(segment).orElse(segment)));
        }
      }
      final var named = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
      return new Place(lower(named), port, segments);
    }

    private boolean isIn(final Place audience) {
      return !host.isEmpty()
          && host.equals(audience.host)
          && (audience.port.isEmpty() || port.isEmpty() || audience.port.equals(port))
          && segments.size() >= audience.segments.size()
          && segments.subList(0, audience.segments.size()).equals(audience.segments);
    }
  }
}
