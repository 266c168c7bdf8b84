package dev.reveille.protocols.answers;

import dev.reveille.http.server.Exchange;
import dev.reveille.protocols.json.Refusal;
import java.util.ArrayList;
import java.util.List;

/// The entity tags of an `If-None-Match` or `If-Match` header: a list of tags, or `*` (RFC 9110
/// §13.1.2).
///
/// Tags are compared weakly (§8.8.3.2): a proxy that compresses an answer makes `W/"3"` of `"3"`,
/// and the client sends back what it got. All our tags tell versions apart, so a weak one says the
/// same.
///
/// @param isAny it says `*`
/// @param opaque what stands between the quotes, in the order given
public record EntityTags(boolean isAny, List<String> opaque) {
  private static final EntityTags NONE = new EntityTags(false, List.of());
  private static final EntityTags ANY = new EntityTags(true, List.of());

  public EntityTags {
    opaque = List.copyOf(opaque);
  }

  /// @param header its name, as complaints write it
  /// @throws Refusal when the header names no entity tags
  public static EntityTags of(final Exchange exchange, final String header) {
    return of(header, String.join(",", exchange.headers(header)));
  }

  static EntityTags of(final String header, final String value) {
    if (value.strip().equals("*")) {
      return ANY;
    }
    final var tags = new ArrayList<String>();
    boolean separated = true;
    for (int at = 0; at < value.length(); ) {
      final char c = value.charAt(at);
      if (c == ' ' || c == '\t' || c == ',') {
        separated |= c == ',';
        at++;
        continue;
      }
      final int from = value.startsWith("W/", at) ? at + 2 : at;
      final int end =
          from < value.length() && value.charAt(from) == '"' ? value.indexOf('"', from + 1) : -1;
      if (end < 0 || !separated) {
        throw Refusal.malformed(header, "must be entity tags like \"3\" or W/\"3\", or *");
      }
      tags.add(value.substring(from + 1, end));
      separated = false;
      at = end + 1;
    }
    return tags.isEmpty() ? NONE : new EntityTags(false, tags);
  }

  /// The header was there.
  public boolean isGiven() {
    return isAny || !opaque.isEmpty();
  }

  /// Whether the thing that has this tag is among those named.
  ///
  /// @param tag as the `ETag` header writes it
  public boolean name(final String tag) {
    return isAny || opaque.contains(tag.substring(tag.indexOf('"') + 1, tag.length() - 1));
  }
}
