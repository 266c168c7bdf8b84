package dev.reveille.http.server;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Checks the bytes of header names and values, and of request targets (RFC 9110 §5, RFC 9112 §3
/// and §5).
final class Fields {
  private static final byte TOKEN = 1;
  private static final byte VALUE = 2;
  private static final byte PATH = 4;
  private static final byte QUERY = 8;
  private static final byte[] KIND = new byte[256];

  /// Header names come from the program, so they are few; the bound is for the day when they do
  /// not.
  private static final int CACHED_AT_MOST = 512;

  private static final ConcurrentMap<String, AsciiString> LOWER = new ConcurrentHashMap<>();

  static {
    for (var c = 0x21; c < 0x7F; c++) {
      KIND[c] |= VALUE;
      if ("\"(),/:;<=>?@[\\]{}".indexOf(c) < 0) {
        KIND[c] |= TOKEN;
      }
      // Browsers leave some of RFC 3986's forbidden characters alone in the query, none in the
      // path.
      if ("#\"<>\\^`{|}".indexOf(c) < 0) {
        KIND[c] |= PATH;
      }
      if (c != '#') {
        KIND[c] |= QUERY;
      }
    }
    KIND[' '] |= VALUE;
    KIND['\t'] |= VALUE;
    for (var c = 0x80; c < 0x100; c++) {
      KIND[c] |= VALUE;
    }
  }

  private Fields() {}

  static boolean isToken(final byte b) {
    return (KIND[b & 0xFF] & TOKEN) != 0;
  }

  static boolean isValue(final byte b) {
    return (KIND[b & 0xFF] & VALUE) != 0;
  }

  static boolean isPath(final int c) {
    return c < 256 && (KIND[c] & PATH) != 0;
  }

  static boolean isQuery(final int c) {
    return c < 256 && (KIND[c] & QUERY) != 0;
  }

  /// A header that we send: a line break in it would let its author write headers of their own.
  static void checkName(final String name) {
    for (var i = 0; i < name.length(); i++) {
      if (name.charAt(i) > 0x7E || !isToken((byte) name.charAt(i))) {
        throw new IllegalArgumentException("not a header name: " + name.length() + " characters");
      }
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header needs a name");
    }
  }

  static void checkValue(final String value) {
    for (var i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 0xFF || !isValue((byte) value.charAt(i))) {
        throw new IllegalArgumentException(
            "a header value has a character that HTTP forbids, at " + i);
      }
    }
  }

  static AsciiString lowerName(final String name) {
    final var known = LOWER.get(name);
    if (known != null) {
      return known;
    }
    final var made = new AsciiString(name.toLowerCase(Locale.ROOT));
    if (LOWER.size() < CACHED_AT_MOST) {
      LOWER.put(name, made);
    }
    return made;
  }

  /// All values of a name, in their order.
  static List<String> named(final Http2Headers headers, final String lower) {
    final var found = new ArrayList<String>(2);
    headers.getAll(lowerName(lower)).forEach(value -> found.add(value.toString()));
    return found;
  }

  /// Fields in their order, without those of HTTP/2's own, whose names begin with a colon.
  static List<Map.Entry<String, String>> plain(final Http2Headers headers) {
    final var found = new ArrayList<Map.Entry<String, String>>(headers.size());
    for (final var field : headers) {
      if (field.getKey().charAt(0) != ':') {
        found.add(Map.entry(field.getKey().toString(), field.getValue().toString()));
      }
    }
    return found;
  }

  /// Whether the bytes spell the name, in any case; `lower` must be lower case.
  static boolean same(final byte[] bytes, final int from, final int to, final String lower) {
    if (to - from != lower.length()) {
      return false;
    }
    for (var i = 0; i < lower.length(); i++) {
      final var b = bytes[from + i];
      final var c = b >= 'A' && b <= 'Z' ? b + 32 : b;
      if (c != lower.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
