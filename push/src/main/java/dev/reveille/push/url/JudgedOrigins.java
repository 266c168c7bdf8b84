package dev.reveille.push.url;

import dev.reveille.http.client.PublicUrl;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Parses the URLs of push addresses and checks their origins. To parse one whole takes a URI
/// parser and several regular expressions, and the addresses of one service differ in their path
/// only; so the result for each origin is remembered.
///
/// What is remembered depends on the configuration only, which does not change while the server
/// runs. The addresses of a host's name are not remembered; they are checked at each connection.
/// Thread-safe.
final class JudgedOrigins {
  /// Devices name the origins: this many are remembered.
  private static final int MOST = 2_000;

  private final Function<String, PublicUrl> judge;
  private final Map<String, PublicUrl> known = new ConcurrentHashMap<>();

  /// @param judge reads and judges a whole address; throws [PublicUrl.Refused] when nothing may be
  ///   sent there
  JudgedOrigins(final Function<String, PublicUrl> judge) {
    this.judge = judge;
  }

  /// Reads an address.
  ///
  /// @throws PublicUrl.Refused when nothing may be sent there
  PublicUrl read(final String address) {
    final int length = PublicUrl.lengthBeforePath(address);
    if (length == 0 || address.length() > PublicUrl.LONGEST) {
      return judge.apply(address);
    }
    final var before = address.substring(0, length);
    final var path = address.substring(length);
    final var origin = known.get(before);
    if (origin != null) {
      final var url = origin.withPlainPath(path);
      return url == null ? judge.apply(address) : url;
    }
    final var judged = judge.apply(address);
    if (judged.path().equals(path)) { // what stands before holds no `?`
      remember(before, judged);
    }
    return judged;
  }

  private void remember(final String before, final PublicUrl judged) {
    if (known.size() >= MOST) {
      known.clear();
    }
    known.put(before, judged);
  }
}
