package dev.reveille.http.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The target of a request: its path, decoded once and checked, and its query, decoded when it is
/// asked for.
///
/// A path is refused when two readers could understand it differently: dot segments (also encoded
/// ones), control characters, broken percent signs, text that is not UTF-8. An encoded slash stays
/// `%2F` in [#path], so that it never makes a new segment; [#segments] decodes it.
final class RequestTarget {
  private final String raw;
  private final int pathEnd;
  private final String path;

  private RequestTarget(final String raw, final int pathEnd, final String path) {
    this.raw = raw;
    this.pathEnd = pathEnd;
    this.path = path;
  }

  /// Null when the target is not one that we serve.
  static @Nullable RequestTarget of(final String raw) {
    if (raw.equals("*")) {
      return new RequestTarget(raw, 1, raw);
    }
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      return null;
    }
    var end = raw.length();
    var encoded = false;
    var dots = false;
    for (var i = 0; i < raw.length(); i++) {
      final var c = raw.charAt(i);
      if (c == '?') {
        end = i;
        break;
      }
      if (!Fields.isPath(c)) {
        return null;
      }
      encoded |= c == '%';
      dots |= c == '.' && raw.charAt(i - 1) == '/';
    }
    for (var i = end + 1; i < raw.length(); i++) {
      if (!Fields.isQuery(raw.charAt(i))) {
        return null;
      }
    }
    var path = end == raw.length() ? raw : raw.substring(0, end);
    if (encoded) {
      path = decode(path, /* keepSlashes= */ true, /* plusIsSpace= */ false);
      if (path == null || hasControl(path)) {
        return null;
      }
    }
    return (dots || encoded) && hasDotSegment(path) ? null : new RequestTarget(raw, end, path);
  }

  String path() {
    return path;
  }

  String raw() {
    return raw;
  }

  /// Path and query as they were sent.
  String whole() {
    return raw;
  }

  String rawPath() {
    return raw.substring(0, pathEnd);
  }

  String rawQuery() {
    return pathEnd < raw.length() ? raw.substring(pathEnd + 1) : "";
  }

  /// The parts between the slashes, each decoded wholly; without the empty one before the first.
  List<String> segments() {
    final var segments = new ArrayList<String>();
    for (var from = 1; from <= pathEnd; ) {
      final var slash = raw.indexOf('/', from);
      final var to = slash < 0 || slash > pathEnd ? pathEnd : slash;
      final var decoded = decode(raw.substring(from, to), false, false);
      segments.add(decoded == null ? "" : decoded);
      from = to + 1;
    }
    return segments;
  }

  /// The first value of a query parameter; empty text for one without a value.
  Optional<String> query(final String name) {
    for (var from = pathEnd + 1; from <= raw.length() && pathEnd < raw.length(); ) {
      final var amp = raw.indexOf('&', from);
      final var to = amp < 0 ? raw.length() : amp;
      final var equals = raw.indexOf('=', from);
      final var nameEnd = equals < 0 || equals > to ? to : equals;
      if (nameMatches(from, nameEnd, name)) {
        final var value = nameEnd == to ? "" : raw.substring(nameEnd + 1, to);
        // What cannot be decoded is not what the caller meant: as if it were not there.
        return Optional.ofNullable(decode(value, false, /* plusIsSpace= */ true));
      }
      from = to + 1;
    }
    return Optional.empty();
  }

  /// The first parameter that is unknown, given twice or not readable; null when there is none.
  @Nullable QueryCheck check(final Set<String> known) {
    if (pathEnd == raw.length()) {
      return null;
    }
    final var seen = new HashSet<String>();
    for (final var parameter : rawQuery().split("&")) {
      if (parameter.isEmpty()) {
        continue;
      }
      final var equals = parameter.indexOf('=');
      final var sent = equals < 0 ? parameter : parameter.substring(0, equals);
      final var name = decode(sent, false, /* plusIsSpace= */ true);
      final var value = equals < 0 ? "" : decode(parameter.substring(equals + 1), false, true);
      if (name == null || value == null) {
        return new QueryCheck(QueryCheck.Mistake.UNREADABLE, name == null ? sent : name);
      }
      if (!known.contains(name)) {
        return new QueryCheck(QueryCheck.Mistake.UNKNOWN, name);
      }
      if (!seen.add(name)) {
        return new QueryCheck(QueryCheck.Mistake.TWICE, name);
      }
    }
    return null;
  }

  private boolean nameMatches(final int from, final int to, final String name) {
    if (to - from == name.length() && raw.startsWith(name, from)) {
      return true;
    }
    final var part = raw.substring(from, to);
    return part.indexOf('%') >= 0 && name.equals(decode(part, false, true));
  }

  private static boolean hasControl(final String path) {
    for (var i = 0; i < path.length(); i++) {
      if (Character.isISOControl(path.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasDotSegment(final String path) {
    for (var at = path.indexOf("/."); at >= 0; at = path.indexOf("/.", at + 1)) {
      final var rest = path.length() - at;
      if (rest == 2
          || path.charAt(at + 2) == '/'
          || path.charAt(at + 2) == '.' && (rest == 3 || path.charAt(at + 3) == '/')) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String decode(
      final String text, final boolean keepSlashes, final boolean plusIsSpace) {
    if (text.indexOf('%') < 0) {
      return plusIsSpace ? text.replace('+', ' ') : text;
    }
    final var out = new byte[text.length()];
    var length = 0;
    for (var i = 0; i < text.length(); i++) {
      final var c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()) {
          return null;
        }
        final var high = Character.digit(text.charAt(i + 1), 16);
        final var low = Character.digit(text.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return null;
        }
        final var value = high << 4 | low;
        i += 2;
        if (keepSlashes && (value == '/' || value == '\\')) {
          out[length++] = '%';
          out[length++] = (byte) (value == '/' ? '2' : '5');
          out[length++] = (byte) (value == '/' ? 'F' : 'C');
        } else {
          out[length++] = (byte) value;
        }
      } else {
        out[length++] = (byte) (c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(out, 0, length)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
