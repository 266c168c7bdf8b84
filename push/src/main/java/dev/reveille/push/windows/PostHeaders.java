package dev.reveille.push.windows;

import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HeaderSet;
import dev.reveille.http.client.PublicUrl;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The constant headers of POSTs to one origin with one content type, made once. Thread-safe.
public final class PostHeaders {
  private static final int MOST = 2_000;
  private static final HeaderName TYPE = HeaderName.of("content-type");

  private record Key(String origin, String type) {}

  private final Map<Key, HeaderSet> known = new ConcurrentHashMap<>();

  /// @param type the content type
  public HeaderSet of(final PublicUrl url, final String type) {
    final var key = new Key(url.origin(), type);
    final var found = known.get(key);
    if (found != null) {
      return found;
    }
    if (known.size() >= MOST) { // devices name the origins
      known.clear();
    }
    return known.computeIfAbsent(
        key,
        _ ->
            HeaderSet.of("POST", url.https() ? "https" : "http", url.authority()).with(TYPE, type));
  }
}
