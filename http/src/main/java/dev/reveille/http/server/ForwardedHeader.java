package dev.reveille.http.server;

import dev.reveille.http.server.Proxies.Hop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads `Forwarded` (RFC 7239 §4): `for="[2001:db8::1]:4711";proto=https, for=192.0.2.1`. Elements
/// of the list may be empty and count for nothing (RFC 9110 §5.6.1), and so may pairs.
final class ForwardedHeader {
  private final String field;
  private int at;

  private ForwardedHeader(final String field) {
    this.field = field;
  }

  /// The hops in the order they stand; an element without `for` is hidden. Null when malformed.
  static @Nullable List<Hop> hops(final String field) {
    return new ForwardedHeader(field).read();
  }

  private @Nullable List<Hop> read() {
    final var hops = new ArrayList<Hop>();
    do {
      skipSpace();
      if (at == field.length() || field.charAt(at) == ',') {
        continue;
      }
      final var hop = element();
      if (hop == null) {
        return null;
      }
      hops.add(hop);
    } while (takes(','));
    return at == field.length() ? hops : null;
  }

  private @Nullable Hop element() {
    Hop hop = null;
    do {
      skipSpace();
      if (at == field.length() || field.charAt(at) == ',' || field.charAt(at) == ';') {
        continue;
      }
      final var name = token().toLowerCase(Locale.ROOT);
      if (name.isEmpty() || !takes('=')) {
        return null;
      }
      final var value = at < field.length() && field.charAt(at) == '"' ? quoted() : token();
      if (value == null || value.isEmpty()) {
        return null;
      }
      if (name.equals("for")) {
        final var told = node(value);
        if (hop != null || told == null) {
          return null;
        }
        hop = told;
      }
      skipSpace();
    } while (takes(';'));
    return hop == null ? Hop.HIDDEN : hop;
  }

  /// RFC 7239 §6: an address, `unknown`, or a made-up word that begins with an underscore. An IPv6
  /// address stands in brackets.
  private static @Nullable Hop node(final String value) {
    if (value.matches("_[A-Za-z0-9._-]+(:[A-Za-z0-9._-]+)?")) {
      return Hop.HIDDEN;
    }
    final var hidden = value.lastIndexOf(":_");
    final var shown = hidden > 0 ? value.substring(0, hidden) : value;
    final var isBareV6 = !shown.startsWith("[") && shown.indexOf(':') != shown.lastIndexOf(':');
    return isBareV6 ? null : Proxies.hop(shown);
  }

  private String token() {
    final var from = at;
    while (at < field.length()
        && field.charAt(at) < 0x7F
        && Fields.isToken((byte) field.charAt(at))) {
      at++;
    }
    return field.substring(from, at);
  }

  private @Nullable String quoted() {
    final var text = new StringBuilder();
    for (at++; at < field.length(); at++) {
      final var c = field.charAt(at);
      if (c == '"') {
        at++;
        return text.toString();
      }
      if (c == '\\' && ++at == field.length()) {
        return null;
      }
      text.append(field.charAt(at));
    }
    return null;
  }

  private void skipSpace() {
    while (at < field.length() && (field.charAt(at) == ' ' || field.charAt(at) == '\t')) {
      at++;
    }
  }

  private boolean takes(final char wanted) {
    if (at < field.length() && field.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }
}
